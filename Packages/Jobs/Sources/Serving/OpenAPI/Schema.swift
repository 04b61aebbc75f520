import Basics

/// Schemas of what goes to the server and comes back, for its description.
///
/// - Source: *JSON Schema*, draft 2020-12.
enum Schema {
  /// What the description calls them.
  enum Name: String, CaseIterable {
    case completionRequest = "CompletionRequest"
    case chatRequest = "ChatRequest"
    case tokenizeRequest = "TokenizeRequest"
    case detokenizeRequest = "DetokenizeRequest"
    case completion = "Completion"
    case completionPart = "CompletionPart"
    case chat = "Chat"
    case chatPart = "ChatPart"
    case model = "Model"
    case models = "Models"
    case tokens = "Tokens"
    case prompt = "Prompt"
    case tokenizer = "Tokenizer"
    case status = "Status"
    case description = "Description"
    case error = "Error"

    var reference: JSONValue { .object([("$ref", .text("#/components/schemas/\(rawValue)"))]) }
  }

  static var named: [(String, JSONValue)] { Name.allCases.map { ($0.rawValue, schema(of: $0)) } }

  private static func schema(of name: Name) -> JSONValue {
    switch name {
    case .completionRequest: completionRequest
    case .chatRequest: chatRequest
    case .tokenizeRequest: tokenizeRequest
    case .detokenizeRequest: object([("tokens", ids)])
    case .completion: completion(isPart: false)
    case .completionPart: completion(isPart: true)
    case .chat: chat(isPart: false)
    case .chatPart: chat(isPart: true)
    case .model: model
    case .models: object([("object", constant("list")), ("data", array(Name.model.reference))])
    case .tokens: tokens
    case .prompt: object([("prompt", type("string"))])
    case .tokenizer: tokenizer
    case .status: object([("status", type("string"))])
    case .description: object([("openapi", type("string")), ("paths", type("object"))])
    case .error: error
    }
  }

  // MARK: Parts

  static func type(_ name: String) -> JSONValue { .object([("type", .text(name))]) }

  static func constant(_ text: String) -> JSONValue { .object([("const", .text(text))]) }

  static func nullable(_ name: String) -> JSONValue {
    .object([("type", .list([.text(name), .text("null")]))])
  }

  static func integer(_ least: Int, _ most: Int) -> JSONValue {
    .object([
      ("type", .list([.text("integer"), .text("null")])), ("minimum", .integer(least)),
      ("maximum", .integer(most)),
    ])
  }

  static func number(_ least: Int, _ most: Int, isAbove: Bool = false) -> JSONValue {
    .object([
      ("type", .list([.text("number"), .text("null")])),
      (isAbove ? "exclusiveMinimum" : "minimum", .integer(least)), ("maximum", .integer(most)),
    ])
  }

  static func array(_ items: JSONValue, atLeast least: Int = 0, atMost most: Int? = nil) -> JSONValue {
    .object(
      [("type", .text("array")), ("items", items), ("minItems", .integer(least))]
        + (most.map { [("maxItems", .integer($0))] } ?? []))
  }

  static func anyOf(_ schemas: [JSONValue]) -> JSONValue { .object([("anyOf", .list(schemas))]) }

  static func orNull(_ schema: JSONValue) -> JSONValue { anyOf([schema, type("null")]) }

  /// - Parameter optional: Members that may be missing.
  static func object(
    _ required: [(String, JSONValue)], optional: [(String, JSONValue)] = []
  ) -> JSONValue {
    .object([
      ("type", .text("object")), ("properties", .object(required + optional)),
      ("required", .list(required.map { .text($0.0) })),
    ])
  }

  static let id: JSONValue = .object([
    ("type", .text("integer")), ("minimum", .integer(0)), ("maximum", .integer(Int(Int32.max))),
  ])

  static let ids = array(id)
}
