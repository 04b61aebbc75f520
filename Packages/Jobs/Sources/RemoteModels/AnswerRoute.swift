/// How a server is asked to generate, the most exact first.
enum AnswerRoute: Sendable, Equatable {
  /// `/v1/completions`, ids in and ids out.
  case ids
  /// `/v1/completions`, ids in and text out, of which the tokenizer makes ids again.
  case textOfIDs
  /// `/v1/completions`, text in and text out.
  case text
  /// `/v1/chat/completions`, turns in and text out.
  case chat(limitName: String)
  /// Not at all: the server's own reason.
  case none(String)

  /// Whether prompts go to the server as texts, so that no tokenizer has a part in it.
  var takesTexts: Bool {
    switch self {
    case .text, .chat: true
    case .ids, .textOfIDs, .none: false
    }
  }
}
