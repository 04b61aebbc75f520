import Basics
public import Models
public import Sharding
import TensorCore
public import Tokenization

/// Computes responses to requests with a model: reads each prefix once, packs many sequences into one forward pass
/// without padding, and unembeds only rows that have targets.
///
/// A response is batch invariant: its bits do not depend on the other requests in the pass, on their order, or on the
/// number of replicas.
public struct Engine<Model: LanguageModel>: Sendable {
  let model: Model
  let tokenizer: (any Tokenizer)?
  public let limits: EngineLimits
  let communicator: any Communicator

  /// - Parameters:
  ///   - model: This rank's shard of it, where there are several.
  ///   - tokenizer: Decodes generated ids; needed for requests that stop at a text.
  ///   - communicator: The ranks that compute together.
  public init(
    _ model: Model, tokenizer: (any Tokenizer)? = nil, limits: EngineLimits = EngineLimits(),
    over communicator: any Communicator = SoloCommunicator()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.limits = limits
    self.communicator = communicator
  }

  /// Responses in the order of the requests. All ranks pass the same requests, and each gets all responses.
  ///
  /// Each replica computes its assignment of the prefix trie and steals work when it is idle; rank 0 collects the
  /// results.
  ///
  /// - Parameters:
  ///   - plan: The plan of these requests, if it is made already.
  ///   - progress: On rank 0: called after each pass.
  ///   - finished: On rank 0: called after each pass with the requests that it completed, by their index; from any
  ///     thread, one call after the other.
  /// - Throws: `TokenError` for an id outside the vocabulary or a sequence longer than the block, and ``EvaluationError``
  ///   where a rank gives other requests, before any is computed; what `finished` throws; `CommunicatorError` when another
  ///   rank fails.
  public func respond(
    to requests: [Request], plan: Plan? = nil, progress: (EngineProgress) -> Void = { _ in },
    finished: @escaping @Sendable ([(index: Int, response: Response)]) throws -> Void = { _ in }
  ) throws -> [Response] {
    try requests.forEach(check)
    try agree(on: requests)
    let plan = plan ?? Plan(requests)
    let shards = communicator.along(.shard)
    guard communicator.isMain else {
      try workerLoop(plan, shards)
      var collector = ResponseCollector(plan)
      collector.add(try broadcast(PassResults()))
      return collector.responses
    }
    let coordinator = try Coordinator(
      plan, replicas: communicator.mesh.batch, sideBySide: limits.maxConcurrentSequences, finished: finished)
    coordinator.serve(over: communicator)
    let isAlone = communicator.mesh.batch == 1
    let queue: any WorkQueue = isAlone ? WholeTrie(plan) : LocalQueue(coordinator: coordinator, replica: 0)
    try compute(plan, ShardedQueue(source: queue, shards: shards)) { results in
      try coordinator.add(results)
      progress(coordinator.progress)
    }
    try coordinator.waitForOthers(progress)
    if communicator.size > 1 { _ = try broadcast(coordinator.collector.results) }
    return coordinator.collector.responses
  }

  /// A chunk of work is a range of the plan's leaves, so a rank with another plan would compute other requests.
  private func agree(on requests: [Request]) throws {
    guard communicator.size > 1 else { return }
    var writer = ByteWriter()
    writer.append(requests.reduce(into: Fingerprint()) { $0.add($1) }.value)
    let all = try communicator.allGather(writer.bytes, named: "requests")
    guard let other = all.firstIndex(where: { $0 != all[0] }) else { return }
    throw EvaluationError(.otherRequests(rank: other))
  }

  /// Computes what rank 0 assigns and sends it the results: the part of all other ranks.
  private func workerLoop(_ plan: Plan, _ shards: any Communicator) throws {
    let isLeader = shards.isMain
    let queue = isLeader ? RemoteQueue(communicator: communicator) : nil
    func send(_ message: WorkMessage) throws {
      if isLeader { try communicator.send(message.bytes, to: 0, named: Coordinator.mailbox) }
    }
    try compute(plan, ShardedQueue(source: queue, shards: shards)) { results in
      try send(.found(results))
    }
    if communicator.mesh.coordinate(of: communicator.rank).batch > 0 { try send(.done) }
  }

  /// The results of rank 0, on every rank.
  private func broadcast(_ results: PassResults) throws -> PassResults {
    let bytes = try communicator.broadcast(
      communicator.isMain ? WorkMessage.found(results).bytes : [], from: 0, named: "responses")
    guard case .found(let all) = try WorkMessage(bytes) else { throw ByteError() }
    return all
  }

  /// Computes what `queue` supplies, pass by pass. All shards of a replica compute the same passes.
  func compute(_ plan: Plan, _ queue: any WorkQueue, found: (PassResults) throws -> Void) throws {
    let reader = PassReader(plan: plan, model: model)
    var passes = try PassSequence(
      plan, model, limits: limits, queue: queue, tokenizer: tokenizer, over: communicator.along(.shard))
    while let computed = try passes.next() {
      var results = try reader.results(of: computed.scheduled, computed.hidden, computed.pass)
      results.work = computed.scheduled.work(of: plan)
      try found(results)
    }
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
