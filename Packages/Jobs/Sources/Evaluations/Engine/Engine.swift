import Basics
public import Models
public import Sharding
import TensorCore
public import Tokenization

/// Answers requests with a model: reads each prefix once, packs many sequences into one pass without padding, and
/// unembeds only what is asked.
///
/// An answer's bits do not depend on what else is in the pass, so neither batching nor order changes a score, nor do
/// replicas that share the work.
public struct Engine<Model: LanguageModel>: Sendable {
  let model: Model
  let tokenizer: (any Tokenizer)?
  public let limits: EngineLimits
  let communicator: any Communicator

  /// - Parameters:
  ///   - model: This rank's shard of it, where there are several.
  ///   - tokenizer: Tells the text of generated ids; needed for requests that stop at a text.
  ///   - communicator: The ranks that answer together.
  public init(
    _ model: Model, tokenizer: (any Tokenizer)? = nil, limits: EngineLimits = EngineLimits(),
    over communicator: any Communicator = SoloCommunicator()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.limits = limits
    self.communicator = communicator
  }

  /// Answers in the order of the requests, which all ranks give alike; each gets all answers.
  ///
  /// Replicas walk parts of the prefix trie, each as much as it can do in the time. What they find, rank 0 collects.
  ///
  /// - Parameters:
  ///   - plan: The plan of these requests, where it is there already.
  ///   - progress: On rank 0: called after each pass with how many requests are answered.
  ///   - finished: On rank 0: called after each pass with the requests that it completed, by their index; from any
  ///     thread, one call after the other.
  /// - Throws: `TokenError` for an id outside the vocabulary or a sequence longer than the block, and ``EvaluationError``
  ///   where a rank gives other requests, before any is computed; what `finished` throws; `CommunicatorError` when another
  ///   rank fails.
  public func answer(
    _ requests: [Request], plan: Plan? = nil, progress: (Int) -> Void = { _ in },
    finished: @escaping @Sendable ([(index: Int, response: Response)]) throws -> Void = { _ in }
  ) throws -> [Response] {
    try requests.forEach(check)
    try agree(on: requests)
    let plan = plan ?? Plan(requests)
    let shards = communicator.along(.shard)
    guard communicator.isMain else {
      try help(plan, shards)
      var answers = Answers(plan)
      answers.add(try broadcast(Findings()))
      return answers.responses
    }
    let desk = try Desk(plan, replicas: communicator.mesh.batch, finished: finished)
    desk.serve(over: communicator)
    let isAlone = communicator.mesh.batch == 1
    let work: any WorkSource = isAlone ? WholeTrie(plan) : DeskWork(desk: desk, replica: 0)
    try compute(plan, SharedWork(source: work, shards: shards)) { findings in
      try desk.add(findings)
      progress(desk.completed)
    }
    try desk.waitForOthers(progress)
    if communicator.size > 1 { _ = try broadcast(desk.answers.findings) }
    return desk.answers.responses
  }

  /// Work is dealt out by places in the plan, so a rank with another plan would answer what nobody asked.
  private func agree(on requests: [Request]) throws {
    guard communicator.size > 1 else { return }
    var writer = ByteWriter()
    writer.append(requests.reduce(into: Fingerprint()) { $0.add($1) }.value)
    let all = try communicator.allGather(writer.bytes, named: "requests")
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw EvaluationError(
      "rank \(other) asks other requests than rank 0: its data, tasks or tokenizer are not the same")
  }

  /// Computes what rank 0 deals out, and sends it there: the part of all ranks but that one.
  private func help(_ plan: Plan, _ shards: any Communicator) throws {
    let isLeader = shards.isMain
    let work = isLeader ? DistantWork(communicator: communicator) : nil
    func send(_ message: WorkMessage) throws {
      if isLeader { try communicator.send(message.bytes, to: 0, named: Desk.mailbox) }
    }
    try compute(plan, SharedWork(source: work, shards: shards)) { findings in
      if !findings.isEmpty { try send(.found(findings)) }
    }
    if communicator.mesh.coordinate(of: communicator.rank).batch > 0 { try send(.done) }
  }

  /// What rank 0 has found, on every rank.
  private func broadcast(_ findings: Findings) throws -> Findings {
    let bytes = try communicator.broadcast(
      communicator.isMain ? WorkMessage.found(findings).bytes : [], from: 0, named: "answers")
    guard case .found(let all) = try WorkMessage(bytes) else { throw ByteError() }
    return all
  }

  /// Walks what `work` deals out, pass by pass. All shards of a replica make the same passes.
  func compute(
    _ plan: Plan, _ work: any WorkSource, found: (Findings) throws -> Void
  ) throws {
    let shards = communicator.along(.shard)
    let limits = try limits.agreed(among: shards)
    let pages = model.makePages()
    let reader = PassReader(plan: plan, model: model)
    var walk = TrieWalk(plan, pages: pages, from: work)
    var active: [ActiveGeneration] = []
    while !walk.isFinished || !active.isEmpty {
      var batch = Batch()
      var running = Array(active.prefix(limits.sequencesPerPass))
      for generation in running { generation.extend(&batch) }
      let stretches =
        active.count < limits.sequencesPerPass
        ? try walk.fill(&batch, limit: limits.rowsPerPass, byteLimit: limits.keyValueBytes) : []
      guard !batch.ids.isEmpty else {
        walk.finishPass()
        continue
      }
      let pass = Pass(
        segments: batch.segments, forks: batch.forks, pages: pages, mode: model.mode, communicator: shards)
      let hidden = try model.rows(batch.ids, pass)
      let begun = stretches.flatMap { stretch in
        plan.prompts(at: stretch.rows).map { prompt in
          begin(
            plan.requests[prompt.request], of: prompt,
            row: prompt.row - stretch.rows.lowerBound + stretch.first, batch, pages)
        }
      }
      active += begun
      running += begun
      let findings = try reader.findings(stretches, running, hidden, pass)
      walk.finishPass()
      active.removeAll(where: \.isFinished)
      try found(findings)
    }
  }

  /// Begins to generate after a prompt whose last row is in `batch`.
  private func begin(
    _ request: Request, of prompt: Plan.Prompt, row: Int, _ batch: Batch, _ pages: KeyValuePages
  ) -> ActiveGeneration {
    guard case .generate(let request) = request,
      let segment = batch.segments.last(where: { $0.rows.contains(row) })
    else { preconditionFailure("a prompt's last row is in the pass that begins its generation") }
    return ActiveGeneration(
      prompt.request, request,
      sequence: CachedSequence(in: pages, sharing: segment.pages, count: request.prompt.count), row: row,
      decode: { try tokenizer?.decode($0) ?? "" })
  }

  private func check(_ request: Request) throws(TokenError) {
    switch request {
    case .score(let request):
      try TokenError.check(request.ids, vocabularySize: model.vocabularySize)
      guard request.inputCount <= model.blockSize else {
        throw .tooLong(request.inputCount, blockSize: model.blockSize)
      }
    case .generate(let request):
      precondition(!request.prompt.isEmpty, "a generate request needs a prompt")
      precondition(
        request.stopTexts.isEmpty || tokenizer != nil, "an engine without a tokenizer cannot stop at a text")
      try TokenError.check(request.prompt, vocabularySize: model.vocabularySize)
      let longest = request.prompt.count + max(request.limit - 1, 0)
      guard longest <= model.blockSize else { throw .tooLong(longest, blockSize: model.blockSize) }
    }
  }
}
