import Basics

/// What the server answers.
extension Schema {
  static let error = object([
    (
      "error",
      object([
        ("message", type("string")), ("type", type("string")), ("param", nullable("string")),
        ("code", nullable("string")),
      ])
    )
  ])

  static let model = object([
    ("id", type("string")), ("object", constant("model")), ("created", type("integer")),
    ("owned_by", type("string")), ("root", type("string")), ("max_model_len", type("integer")),
    ("revision", nullable("string")),
  ])

  static let tokens = object(
    [("tokens", ids), ("count", type("integer")), ("max_model_len", type("integer"))],
    optional: [("token_strs", array(type("string")))])

  static let tokenizer = object([
    ("tokenizer_class", type("string")), ("bos_token", nullable("string")), ("eos_token", nullable("string")),
    ("bos_token_id", nullable("integer")), ("eos_token_id", type("integer")), ("eos_token_ids", ids),
    ("special_token_ids", ids), ("vocab_size", type("integer")), ("tokenizer_vocab_size", type("integer")),
    ("model_max_length", type("integer")), ("chat_template", nullable("string")),
  ])

  private static let usage = object([
    ("prompt_tokens", type("integer")), ("completion_tokens", type("integer")),
    ("total_tokens", type("integer")),
  ])

  /// What stands around the answers of a request.
  private static func frame(_ object: String, _ choice: JSONValue, isPart: Bool) -> JSONValue {
    let pairs: [(String, JSONValue)] = [
      ("id", type("string")), ("object", constant(object)), ("created", type("integer")),
      ("model", type("string")), ("system_fingerprint", nullable("string")), ("choices", array(choice)),
    ]
    return isPart
      ? Schema.object(pairs, optional: [("usage", orNull(usage))])
      : Schema.object(pairs + [("usage", usage)])
  }

  private static let ending: [(String, JSONValue)] = [
    ("index", type("integer")),
    ("finish_reason", .object([("enum", .list([.text("stop"), .text("length"), .null]))])),
    ("stop_reason", .object([("type", .list([.text("string"), .text("integer"), .text("null")]))])),
  ]

  static func completion(isPart: Bool) -> JSONValue {
    let numbers = array(nullable("number"))
    let tops = array(orNull(.object([("type", .text("object")), ("additionalProperties", type("number"))])))
    let logProbabilities = object([
      ("tokens", array(type("string"))), ("token_logprobs", numbers), ("top_logprobs", orNull(tops)),
      ("text_offset", array(type("integer"))),
    ])
    let choice = object(
      ending + [("text", type("string")), ("logprobs", orNull(logProbabilities))],
      optional: [("token_ids", ids), ("prompt_token_ids", ids)])
    return frame("text_completion", choice, isPart: isPart)
  }

  static func chat(isPart: Bool) -> JSONValue {
    let token = [
      ("token", type("string")), ("logprob", type("number")), ("bytes", array(type("integer"))),
    ]
    let logProbabilities = object([
      ("content", array(object(token + [("top_logprobs", array(object(token)))])))
    ])
    let role = ("role", constant("assistant"))
    let content = ("content", type("string"))
    let message = isPart ? object([content], optional: [role]) : object([role, content])
    let choice = object(
      ending + [(isPart ? "delta" : "message", message), ("logprobs", orNull(logProbabilities))],
      optional: [("token_ids", ids)])
    return frame(isPart ? "chat.completion.chunk" : "chat.completion", choice, isPart: isPart)
  }
}
