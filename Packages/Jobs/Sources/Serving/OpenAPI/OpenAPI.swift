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
        ("schemas", .object(Schema.named)),
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
      post("Continue prompts, or score them.", .completionRequest, .completion, streams: .completionPart)
    ),
    (
      "/v1/chat/completions",
      post("Answer a conversation.", .chatRequest, .chat, streams: .chatPart)
    ),
    ("/v1/models", get("List what is served.", .models, errors: [401, 503])),
    (
      "/v1/models/{model}",
      get(
        "Describe one model.", .model, errors: [401, 404, 503],
        parameters: [
          .object([
            ("name", .text("model")), ("in", .text("path")), ("required", .bool(true)),
            ("schema", Schema.type("string")),
          ])
        ])
    ),
    ("/tokenize", post("Turn a text into ids.", .tokenizeRequest, .tokens)),
    ("/detokenize", post("Turn ids into a text.", .detokenizeRequest, .prompt)),
    ("/tokenizer_info", get("Describe the tokenizer.", .tokenizer, errors: [401, 503])),
    ("/health", get("Report whether requests are answered.", .status, errors: [], others: [503])),
    ("/metrics", get("Report counts for Prometheus.", nil, errors: [401])),
    ("/openapi.json", get("Describe these paths.", .description, errors: [401])),
  ]

  // MARK: Operations

  /// - Parameter streams: What a part of a stream is, where the answer can be one.
  private static func post(
    _ summary: String, _ body: Schema.Name, _ answer: Schema.Name, streams: Schema.Name? = nil
  ) -> JSONValue {
    var content = [("application/json", schema(answer.reference))]
    if let streams { content.append(("text/event-stream", stream(of: streams))) }
    let errors = [400, 401, 404, 408, 413, 415, 422, 429, 500, 503]
    return .object([
      (
        "post",
        .object([
          ("summary", .text(summary)), ("security", security),
          (
            "requestBody",
            .object([
              ("required", .bool(true)), ("content", .object([("application/json", schema(body.reference))])),
            ])
          ),
          ("responses", .object([("200", response("The answer.", content))] + errors.map(failure))),
        ])
      )
    ])
  }

  /// - Parameters:
  ///   - answer: `nil` for plain text.
  ///   - others: Statuses with the same answer.
  private static func get(
    _ summary: String, _ answer: Schema.Name?, errors: [Int], others: [Int] = [], parameters: [JSONValue] = []
  ) -> JSONValue {
    let body =
      answer.map { [("application/json", schema($0.reference))] }
      ?? [("text/plain", schema(Schema.type("string")))]
    return .object([
      (
        "get",
        .object([
          ("summary", .text(summary)), ("parameters", .list(parameters)), ("security", security),
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

  /// A key, where the server has keys.
  private static let security: JSONValue = .list([.object([]), .object([("key", .list([]))])])

  private static func schema(_ schema: JSONValue) -> JSONValue { .object([("schema", schema)]) }

  /// Server-sent events, whose data are parts as JSON and, last, `[DONE]`.
  private static func stream(of part: Schema.Name) -> JSONValue {
    .object([
      (
        "schema",
        .object([
          ("type", .text("string")), ("contentMediaType", .text("text/event-stream")),
          ("description", .text("Events whose data are \(part.rawValue) as JSON, and last [DONE].")),
        ])
      )
    ])
  }

  private static func response(_ description: String, _ content: [(String, JSONValue)]) -> JSONValue {
    .object([("description", .text(description)), ("content", .object(content))])
  }

  private static func failure(_ status: Int) -> (String, JSONValue) {
    (
      "\(status)",
      response("Why there is no answer.", [("application/json", schema(Schema.Name.error.reference))])
    )
  }
}
