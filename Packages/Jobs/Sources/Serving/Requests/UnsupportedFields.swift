import Basics

/// Fields of OpenAI's and vLLM's requests that would change an answer and that this server does not have. One that is given
/// and not neutral is an error: an answer without it would silently be another one.
enum UnsupportedFields {
  private static let neutral: [(name: String, value: JSONValue)] = [
    ("suffix", .text("")), ("length_penalty", .integer(1)), ("logit_bias", .object([])),
    ("min_tokens", .integer(0)),
    ("use_beam_search", .bool(false)), ("include_stop_str_in_output", .bool(false)),
    ("skip_special_tokens", .bool(true)), ("spaces_between_special_tokens", .bool(true)),
    ("spaces_between_special_tokens", .bool(false)), ("prompt_logprobs", .null),
    ("truncate_prompt_tokens", .null),
    ("tools", .list([])), ("functions", .list([])), ("tool_choice", .text("none")),
    ("function_call", .text("none")), ("audio", .null), ("chat_template", .null),
    ("chat_template_kwargs", .object([])), ("guided_json", .null), ("guided_regex", .null),
    ("guided_choice", .null), ("guided_grammar", .null), ("bad_words", .list([])),
    ("allowed_token_ids", .null), ("response_format", .object([("type", .text("text"))])),
    ("modalities", .list([.text("text")])), ("documents", .list([])),
  ]

  /// - Throws: ``APIError`` naming the first of them.
  static func refuse(in fields: Fields) throws(APIError) {
    for name in Set(neutral.map(\.name)).sorted() {
      guard let value = fields.value(name) else { continue }
      let allowed = neutral.filter { $0.name == name }.map(\.value)
      guard !allowed.contains(where: { isSame($0, value) }) else { continue }
      throw APIError(
        400, "'\(fields.place + name)' is not supported, found \(value)", field: fields.place + name,
        code: "unsupported_parameter")
    }
  }

  private static func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    if let one = one.number, let other = other.number { return one == other }
    return one == other
  }
}
