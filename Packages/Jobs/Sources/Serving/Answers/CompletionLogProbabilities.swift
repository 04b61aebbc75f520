import Basics
import Evaluations
import Tokenization

/// `logprobs` of a completion's answer: lists with an entry for each token.
struct CompletionLogProbabilities {
  private let tokenizer: any Tokenizer
  private let top: Int
  /// Whether tokens are named by their ids.
  private let namesByID: Bool
  private var texts: TokenTexts
  private var offset = 0
  private var tokens: [JSONValue] = []
  private var own: [JSONValue] = []
  private var tops: [JSONValue] = []
  private var offsets: [JSONValue] = []

  init(_ tokenizer: any Tokenizer, top: Int, namesByID: Bool) {
    self.namesByID = namesByID
    self.tokenizer = tokenizer
    self.top = top
    texts = TokenTexts(tokenizer)
  }

  /// The first token of a prompt has no log-probability.
  mutating func add(first id: Int32) throws(TokenizerError) { try add(id, nil) }

  mutating func add(_ token: TokenLogProbabilities) throws(TokenizerError) { try add(token.id, token) }

  private mutating func add(_ id: Int32, _ token: TokenLogProbabilities?) throws(TokenizerError) {
    let name = namesByID ? "token_id:\(id)" : try texts.text(of: id)
    own.append(token.map { .number($0.own) } ?? .null)
    tops.append(try token.map { token throws(TokenizerError) in try names(token, own: name) } ?? .null)
    let text = try texts.next(id)
    tokens.append(.text(name))
    offsets.append(.integer(offset))
    offset += text.unicodeScalars.count
  }

  /// The most probable ids by their texts, and the token itself where it is none of them. Of two ids with one text, the later
  /// is called by its number, so that none is lost.
  private func names(_ token: TokenLogProbabilities, own: String) throws(TokenizerError) -> JSONValue {
    guard top > 0 else { return .null }
    var pairs: [(String, JSONValue)] = []
    var known: Set<String> = []
    var all = token.top
    if !all.contains(where: { $0.id == token.id }) { all.append((token.id, token.own)) }
    for (id, logProbability) in all {
      let text = id == token.id ? own : namesByID ? "token_id:\(id)" : try texts.text(of: id)
      let name = known.insert(text).inserted ? text : "token_id:\(id)"
      pairs.append((name, .number(logProbability)))
    }
    return .object(pairs)
  }

  /// What was added since the last call.
  mutating func take() -> JSONValue {
    defer { (tokens, own, tops, offsets) = ([], [], [], []) }
    return .object([
      ("tokens", .list(tokens)), ("token_logprobs", .list(own)),
      ("top_logprobs", top > 0 ? .list(tops) : .null), ("text_offset", .list(offsets)),
    ])
  }
}
