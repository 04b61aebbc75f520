import Basics
import Chat

/// The body of `/tokenize`.
struct TokenizeRequest: Sendable {
  var prompt: String
  var addsSpecialTokens: Bool
  /// Whether the text of each id is answered too.
  var returnsTexts: Bool

  init(body: [UInt8]) throws(APIError) {
    let fields = try Fields(body: body)
    prompt = try fields.required(fields.text("prompt"), "prompt")
    addsSpecialTokens = try fields.bool("add_special_tokens") ?? true
    returnsTexts = try fields.bool("return_token_strs") ?? false
  }
}

/// The body of `/detokenize`.
struct DetokenizeRequest: Sendable {
  var ids: [Int32]

  init(body: [UInt8]) throws(APIError) {
    let fields = try Fields(body: body)
    ids = try fields.required(fields.ids("tokens"), "tokens")
  }
}
