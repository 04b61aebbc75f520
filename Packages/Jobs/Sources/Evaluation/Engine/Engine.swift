public import Models
import TensorCore

/// Answers requests with a model: packs many sequences into one pass without padding, and unembeds only what is asked.
///
/// An answer's bits do not depend on what else is in the pass, so neither batching nor order changes a score.
public struct Engine<Model: LanguageModel>: Sendable {
  let model: Model
  /// The most rows of one scoring pass; it bounds work space, never a number.
  let rowsPerPass: Int
  /// The most sequences that are generated side by side.
  let sequencesPerPass: Int

  public init(_ model: Model, rowsPerPass: Int = 2048, sequencesPerPass: Int = 64) {
    self.model = model
    self.rowsPerPass = max(rowsPerPass, 1)
    self.sequencesPerPass = max(sequencesPerPass, 1)
  }

  /// Answers in the order of the requests.
  ///
  /// - Parameter progress: Called with the number of requests newly answered.
  /// - Throws: `TokenError` for an id outside the vocabulary or a sequence longer than the block, before any is computed.
  public func answer(_ requests: [Request], progress: (Int) -> Void = { _ in }) throws -> [Response] {
    try requests.forEach(check)
    var responses: [Response?] = Array(repeating: nil, count: requests.count)
    var scores: [(index: Int, request: ScoreRequest)] = []
    var generations: [(index: Int, request: GenerateRequest)] = []
    for (index, request) in requests.enumerated() {
      switch request {
      case .score(let request): scores.append((index, request))
      case .generate(let request): generations.append((index, request))
      }
    }
    try score(scores) { index, answer in
      responses[index] = .score(answer)
      progress(1)
    }
    try generate(generations) { index, answer in
      responses[index] = .generation(answer)
      progress(1)
    }
    return responses.map { $0! }
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
      try TokenError.check(request.prompt, vocabularySize: model.vocabularySize)
      let longest = request.prompt.count + max(request.limit - 1, 0)
      guard longest <= model.blockSize else { throw .tooLong(longest, blockSize: model.blockSize) }
    }
  }
}
