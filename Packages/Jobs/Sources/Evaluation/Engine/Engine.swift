public import Models
import TensorCore
public import Tokenization

/// Answers requests with a model: reads each prefix once, packs many sequences into one pass without padding, and
/// unembeds only what is asked.
///
/// An answer's bits do not depend on what else is in the pass, so neither batching nor order changes a score.
public struct Engine<Model: LanguageModel>: Sendable {
  let model: Model
  let tokenizer: (any Tokenizer)?
  public let limits: EngineLimits

  /// - Parameter tokenizer: Tells the text of generated ids; needed for requests that stop at a text.
  public init(_ model: Model, tokenizer: (any Tokenizer)? = nil, limits: EngineLimits = EngineLimits()) {
    self.model = model
    self.tokenizer = tokenizer
    self.limits = limits
  }

  /// Answers in the order of the requests.
  ///
  /// - Parameter finished: Called after each pass with the requests that it completed, by their index.
  /// - Throws: `TokenError` for an id outside the vocabulary or a sequence longer than the block, before any is
  ///   computed; what `finished` throws.
  public func answer(
    _ requests: [Request], finished: ([(index: Int, response: Response)]) throws -> Void = { _ in }
  ) throws -> [Response] {
    try requests.forEach(check)
    let plan = Plan(requests)
    let answers = Answers(plan)
    let pages = model.makePages()
    var walk = TrieWalk(plan, pages: pages)
    var active: [ActiveGeneration] = []
    try finished(answers.takeCompleted())
    while !walk.isFinished || !active.isEmpty {
      var batch = Batch()
      var running = Array(active.prefix(limits.sequencesPerPass))
      for generation in running { generation.extend(&batch) }
      let firstRow = walk.rowsTaken
      let newest = batch.ids.count
      if active.count < limits.sequencesPerPass {
        walk.fill(&batch, limit: limits.rowsPerPass, byteLimit: limits.keyValueBytes)
      }
      let pass = Pass(segments: batch.segments, forks: batch.forks, pages: pages, mode: model.mode)
      let hidden = try model.rows(batch.ids, pass)
      let rows = firstRow..<walk.rowsTaken
      let begun = plan.prompts(at: rows).map { prompt in
        begin(requests[prompt.request], of: prompt, row: prompt.row - firstRow + newest, batch, pages)
      }
      active += begun
      running += begun
      try answers.take(plan.asks(of: rows), shift: newest - firstRow, running, hidden, model, pass)
      walk.finishPass()
      active.removeAll(where: \.isFinished)
      try finished(answers.takeCompleted())
    }
    return answers.responses
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
