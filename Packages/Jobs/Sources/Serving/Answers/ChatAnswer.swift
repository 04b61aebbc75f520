import Basics
import Evaluations
import Tokenization

/// One answer to `/v1/chat/completions` while it comes in.
struct ChatAnswer: Sendable {
  private let index: Int
  private let request: ChatRequest
  private var stream: AnswerStream
  private var texts: TokenTexts
  private var text = ""
  private var tokens: [JSONValue] = []
  private var newIDs: [Int32] = []
  private var end: OnlineEnd?
  private var hasBegun = false
  private(set) var tokenCount = 0

  init(_ index: Int, of request: ChatRequest, stopTexts: [String], _ model: ServedModel) {
    self.index = index
    self.request = request
    stream = AnswerStream(model.tokenizer, stopTexts: stopTexts)
    texts = TokenTexts(model.tokenizer)
  }

  var hasEnded: Bool { end != nil }

  mutating func add(_ event: OnlineEvent) throws(TokenizerError) {
    switch event {
    case .generated(let token):
      tokenCount += 1
      newIDs.append(token.id)
      guard !token.isStop else { return }
      text += try stream.add(token.id)
      if let top = request.top { tokens.append(try entry(TokenLogProbabilities(token, count: top))) }
      _ = try texts.next(token.id)
    case .finished(let end):
      text += stream.finish()
      self.end = end
    case .scored, .failed: break
    }
  }

  private func entry(_ token: TokenLogProbabilities) throws(TokenizerError) -> JSONValue {
    var top: [JSONValue] = []
    for (id, logProbability) in token.top { top.append(.object(try pairs(id, logProbability))) }
    return .object(try pairs(token.id, token.own) + [("top_logprobs", .list(top))])
  }

  private func pairs(_ id: Int32, _ logProbability: Double) throws(TokenizerError) -> [(String, JSONValue)] {
    let text = try texts.text(of: id)
    return [
      ("token", .text(text)), ("logprob", .number(logProbability)),
      ("bytes", .list(text.utf8.map { .integer(Int($0)) })),
    ]
  }

  /// The whole answer.
  mutating func message() -> JSONValue { answer("message") }

  /// The answer as far as it was not taken before.
  mutating func delta() -> JSONValue { answer("delta") }

  private mutating func answer(_ name: String) -> JSONValue {
    defer { (text, tokens, newIDs, hasBegun) = ("", [], [], true) }
    let role: [(String, JSONValue)] = hasBegun ? [] : [("role", .text("assistant"))]
    var pairs: [(String, JSONValue)] = [
      ("index", .integer(index)), (name, .object(role + [("content", .text(text))])),
      ("logprobs", request.top == nil ? .null : .object([("content", .list(tokens))])),
      ("finish_reason", .optional(end?.reason)),
      ("stop_reason", end?.stopReason(request.generation, stream) ?? .null),
    ]
    if request.generation.returnsIDs {
      pairs.append(("token_ids", .list(newIDs.map { .integer(Int($0)) })))
    }
    return .object(pairs)
  }
}
