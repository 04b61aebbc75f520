import Basics

/// What clients send.
extension Schema {
  private static let sampling: [(String, JSONValue)] = [
    ("model", nullable("string")), ("temperature", number(0, 2)), ("top_p", number(0, 1, isAbove: true)),
    ("top_k", integer(-1, 1 << 31)), ("min_p", number(0, 1)),
    ("repetition_penalty", number(0, 100, isAbove: true)), ("presence_penalty", number(-2, 2)),
    ("frequency_penalty", number(-2, 2)),
    ("seed", integer(Int.min, Int.max)), ("n", integer(1, GenerationFields.mostAnswers)),
    ("stop", anyOf([stop, array(anyOf([stop, type("null")]), atMost: 64), type("null")])),
    ("stream", nullable("boolean")),
    ("stream_options", orNull(object([], optional: [("include_usage", nullable("boolean"))]))),
    ("stop_token_ids", orNull(ids)), ("ignore_eos", nullable("boolean")),
    ("return_token_ids", nullable("boolean")), ("return_tokens_as_token_ids", nullable("boolean")),
    ("sample", integer(0, Int.max - GenerationFields.mostAnswers)), ("user", nullable("string")),
  ]

  private static let stop: JSONValue = .object([("type", .text("string")), ("minLength", .integer(1))])

  static let completionRequest: JSONValue = {
    let ids = array(id, atLeast: 1)
    return object(
      [("prompt", anyOf([type("string"), ids, array(anyOf([type("string"), ids]), atLeast: 1)]))],
      optional: sampling + [
        ("max_tokens", integer(0, Int(Int32.max))), ("echo", nullable("boolean")),
        ("logprobs", integer(0, GenerationFields.mostTop)), ("add_special_tokens", nullable("boolean")),
      ])
  }()

  static let chatRequest: JSONValue = {
    let part = object([("type", constant("text")), ("text", type("string"))])
    let message = object([("role", type("string")), ("content", anyOf([type("string"), array(part)]))])
    return object(
      [("messages", array(message, atLeast: 1))],
      optional: sampling + [
        ("max_tokens", integer(0, Int(Int32.max))), ("max_completion_tokens", integer(0, Int(Int32.max))),
        ("logprobs", nullable("boolean")), ("top_logprobs", integer(0, GenerationFields.mostTop)),
        ("add_generation_prompt", nullable("boolean")), ("continue_final_message", nullable("boolean")),
      ])
  }()

  static let tokenizeRequest = object(
    [("prompt", type("string"))],
    optional: [("add_special_tokens", nullable("boolean")), ("return_token_strs", nullable("boolean"))])
}
