import Basics
import Evaluations
import Tokenization

/// One answer to `/v1/completions` while it comes in.
struct CompletionAnswer: Sendable {
  private let index: Int
  private let request: CompletionRequest
  private let prompt: [Int32]
  private let promptText: String
  private var text = ""
  private var stream: AnswerStream
  private var logProbabilities: CompletionLogProbabilities?
  private var newIDs: [Int32] = []
  private var end: OnlineEnd?
  private(set) var tokenCount = 0

  /// - Parameters:
  ///   - prompt: Its ids.
  ///   - promptText: What is echoed.
  init(
    _ index: Int, of request: CompletionRequest, prompt: [Int32], promptText: String, stopTexts: [String],
    _ model: ServedModel
  ) throws(TokenizerError) {
    self.index = index
    self.request = request
    self.prompt = prompt
    self.promptText = promptText
    stream = AnswerStream(model.tokenizer, stopTexts: stopTexts)
    logProbabilities = request.top.map {
      CompletionLogProbabilities(model.tokenizer, top: $0, namesByID: request.generation.namesByID)
    }
    if request.echoes {
      text = promptText
      let first = prompt[0]
      try logProbabilities?.add(first: first)
    }
  }

  var hasEnded: Bool { end != nil }

  mutating func add(_ event: OnlineEvent) throws(TokenizerError) {
    switch event {
    case .scored(let scores):
      let top = request.top ?? 0
      for (id, score) in zip(prompt.dropFirst(), scores) {
        try logProbabilities?.add(TokenLogProbabilities(score, id: id, count: top))
      }
    case .generated(let token):
      tokenCount += 1
      newIDs.append(token.id)
      let top = request.top ?? 0
      try logProbabilities?.add(TokenLogProbabilities(token, count: top))
      if !token.isStop { text += try stream.add(token.id) }
    case .finished(let end):
      text += stream.finish()
      self.end = end
    case .failed: break
    }
  }

  /// The answer as far as it was not taken before.
  mutating func take() -> JSONValue {
    defer { (text, newIDs) = ("", []) }
    var pairs: [(String, JSONValue)] = [
      ("index", .integer(index)), ("text", .text(text)), ("logprobs", logProbabilities?.take() ?? .null),
      ("finish_reason", .optional(end?.reason)), ("stop_reason", stopReason),
    ]
    if request.generation.returnsIDs {
      pairs.append(("token_ids", .list(newIDs.map { .integer(Int($0)) })))
      pairs.append(("prompt_token_ids", .list(prompt.map { .integer(Int($0)) })))
    }
    return .object(pairs)
  }

  private var stopReason: JSONValue { end?.stopReason(request.generation, stream) ?? .null }
}

extension OnlineEnd {
  /// OpenAI's `finish_reason`.
  var reason: String {
    switch self {
    case .scored, .limit: "length"
    case .stop, .stopText: "stop"
    }
  }

  /// vLLM's `stop_reason`: the text, or the id that the request named; `null` for the model's own end.
  func stopReason(_ generation: GenerationFields, _ stream: AnswerStream) -> JSONValue {
    switch self {
    case .stop(let id) where generation.stopIDs.contains(id): .integer(Int(id))
    case .stopText: .optional(stream.stop)
    case .stop, .scored, .limit: .null
    }
  }
}
