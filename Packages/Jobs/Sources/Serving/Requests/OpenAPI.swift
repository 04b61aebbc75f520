import Basics

/// The description of the server's paths.
///
/// - Source: OpenAPI Initiative, *OpenAPI Specification* 3.1.0.
enum OpenAPI {
  static let document: JSONValue = .object([
    ("openapi", .text("3.1.0")),
    ("info", .object([("title", .text("Assay")), ("version", .text("1"))])),
    ("paths", .object(paths)),
    (
      "components",
      .object([
        ("schemas", .object([("Error", error)])),
        (
          "securitySchemes",
          .object([("key", .object([("type", .text("http")), ("scheme", .text("bearer"))]))])
        ),
      ])
    ),
  ])

  private static let paths: [(String, JSONValue)] = [
    (
      "/v1/completions",
      post(
        "Continue prompts, or score them.", completion,
        errors: [400, 401, 404, 408, 413, 415, 422, 429, 500, 503], streams: true)
    ),
    (
      "/v1/chat/completions",
      post(
        "Answer a conversation.", chat, errors: [400, 401, 404, 408, 413, 415, 422, 429, 500, 503],
        streams: true)
    ),
    ("/v1/models", get("List what is served.", errors: [401, 503])),
    (
      "/v1/models/{model}",
      get(
        "Describe one model.", errors: [401, 404, 503],
        parameters: [
          .object([
            ("name", .text("model")), ("in", .text("path")), ("required", .bool(true)),
            ("schema", type("string")),
          ])
        ])
    ),
    (
      "/tokenize",
      post(
        "Turn a text into ids.",
        object(
          [
            ("prompt", type("string")), ("add_special_tokens", nullable("boolean")),
            ("return_token_strs", nullable("boolean")),
          ], required: ["prompt"]), errors: [400, 401, 413, 415, 422, 429, 503])
    ),
    (
      "/detokenize",
      post(
        "Turn ids into a text.", object([("tokens", ids)], required: ["tokens"]),
        errors: [400, 401, 413, 415, 422, 429, 503])
    ),
    ("/tokenizer_info", get("Describe the tokenizer.", errors: [401, 503])),
    ("/health", get("Report whether requests are answered.", errors: [], others: [503])),
    ("/metrics", get("Report counts for Prometheus.", errors: [401], content: "text/plain")),
    ("/openapi.json", get("Describe these paths.", errors: [401])),
  ]

  // MARK: Bodies

  private static let sampling: [(String, JSONValue)] = [
    ("model", nullable("string")), ("temperature", number(0, 2)), ("top_p", number(0, 1, isAbove: true)),
    ("top_k", integer(-1, 1 << 31)), ("min_p", number(0, 1)),
    ("repetition_penalty", number(0, 100, isAbove: true)), ("presence_penalty", number(-2, 2)),
    ("frequency_penalty", number(-2, 2)),
    ("seed", nullable("integer")), ("n", integer(1, GenerationFields.mostAnswers)),
    (
      "stop",
      anyOf([
        type("string"),
        .object([("type", .text("array")), ("items", type("string")), ("maxItems", .integer(64))]),
        type("null"),
      ])
    ),
    ("stream", nullable("boolean")),
    (
      "stream_options",
      anyOf([object([("include_usage", nullable("boolean"))], required: []), type("null")])
    ),
    ("stop_token_ids", anyOf([ids, type("null")])), ("ignore_eos", nullable("boolean")),
    ("return_token_ids", nullable("boolean")), ("return_tokens_as_token_ids", nullable("boolean")),
    ("sample", integer(0, Int.max - GenerationFields.mostAnswers)), ("user", nullable("string")),
  ]

  private static let completion = object(
    sampling + [
      (
        "prompt",
        anyOf([type("string"), ids, array(anyOf([type("string"), ids]))])
      ),
      ("max_tokens", integer(0, Int(Int32.max))), ("echo", nullable("boolean")),
      ("logprobs", integer(0, GenerationFields.mostTop)), ("add_special_tokens", nullable("boolean")),
    ], required: ["prompt"])

  private static let chat = object(
    sampling + [
      (
        "messages",
        array(
          object(
            [
              ("role", type("string")),
              (
                "content",
                anyOf([
                  type("string"),
                  array(
                    object(
                      [("type", .object([("const", .text("text"))])), ("text", type("string"))],
                      required: ["type", "text"])),
                ])
              ),
            ], required: ["role", "content"]))
      ),
      ("max_tokens", integer(0, Int(Int32.max))), ("max_completion_tokens", integer(0, Int(Int32.max))),
      ("logprobs", nullable("boolean")), ("top_logprobs", integer(0, GenerationFields.mostTop)),
      ("add_generation_prompt", nullable("boolean")), ("continue_final_message", nullable("boolean")),
    ], required: ["messages"])

  private static let error = object(
    [
      (
        "error",
        object(
          [
            ("message", type("string")), ("type", type("string")), ("param", nullable("string")),
            ("code", nullable("string")),
          ], required: ["message", "type"])
      )
    ], required: ["error"])

  private static let ids = array(
    .object([("type", .text("integer")), ("minimum", .integer(0)), ("maximum", .integer(Int(Int32.max)))]))

  // MARK: Schemas

  private static func type(_ name: String) -> JSONValue { .object([("type", .text(name))]) }

  private static func nullable(_ name: String) -> JSONValue {
    .object([("type", .list([.text(name), .text("null")]))])
  }

  private static func integer(_ least: Int, _ most: Int) -> JSONValue {
    .object([
      ("type", .list([.text("integer"), .text("null")])), ("minimum", .integer(least)),
      ("maximum", .integer(most)),
    ])
  }

  private static func number(_ least: Int, _ most: Int, isAbove: Bool = false) -> JSONValue {
    .object([
      ("type", .list([.text("number"), .text("null")])),
      (isAbove ? "exclusiveMinimum" : "minimum", .integer(least)), ("maximum", .integer(most)),
    ])
  }

  private static func array(_ items: JSONValue) -> JSONValue {
    .object([("type", .text("array")), ("items", items), ("minItems", .integer(1))])
  }

  private static func anyOf(_ schemas: [JSONValue]) -> JSONValue { .object([("anyOf", .list(schemas))]) }

  private static func object(_ properties: [(String, JSONValue)], required: [String]) -> JSONValue {
    .object([
      ("type", .text("object")), ("properties", .object(properties)),
      ("required", .list(required.map { .text($0) })),
    ])
  }

  // MARK: Operations

  private static func post(
    _ summary: String, _ body: JSONValue, errors: [Int], streams: Bool = false
  ) -> JSONValue {
    let content: [(String, JSONValue)] =
      [("application/json", schema(type("object")))]
      + (streams ? [("text/event-stream", schema(type("string")))] : [])
    return .object([
      (
        "post",
        .object([
          ("summary", .text(summary)), ("security", .list([.object([]), .object([("key", .list([]))])])),
          (
            "requestBody",
            .object([("required", .bool(true)), ("content", .object([("application/json", schema(body))]))])
          ),
          ("responses", .object([("200", response("The answer.", content))] + errors.map(failure))),
        ])
      )
    ])
  }

  private static func get(
    _ summary: String, errors: [Int], others: [Int] = [], parameters: [JSONValue] = [],
    content: String = "application/json"
  ) -> JSONValue {
    let body = [(content, schema(type(content == "text/plain" ? "string" : "object")))]
    return .object([
      (
        "get",
        .object([
          ("summary", .text(summary)), ("parameters", .list(parameters)),
          ("security", .list([.object([]), .object([("key", .list([]))])])),
          (
            "responses",
            .object(
              [("200", response("The answer.", body))] + others.map { ("\($0)", response("Not now.", body)) }
                + errors.map(failure))
          ),
        ])
      )
    ])
  }

  private static func schema(_ schema: JSONValue) -> JSONValue { .object([("schema", schema)]) }

  private static func response(_ description: String, _ content: [(String, JSONValue)]) -> JSONValue {
    .object([("description", .text(description)), ("content", .object(content))])
  }

  private static func failure(_ status: Int) -> (String, JSONValue) {
    (
      "\(status)",
      response(
        "Why there is no answer.",
        [("application/json", schema(.object([("$ref", .text("#/components/schemas/Error"))])))])
    )
  }
}
