import Basics

/// The body of `/v1/completions`.
struct CompletionRequest: Sendable {
  enum Prompt: Sendable {
    case text(String)
    case ids([Int32])
  }

  var model: String?
  var prompts: [Prompt]
  var generation: GenerationFields
  /// Whether the prompt is part of what is answered.
  var echoes: Bool
  /// How many most probable ids are reported; `nil` for no log-probabilities.
  var top: Int?
  var addsSpecialTokens: Bool

  /// The most tokens where the request does not say, as OpenAI has it.
  static let defaultLimit = 16
  /// The most prompts of one request.
  static let mostPrompts = 1024

  init(body: [UInt8]) throws(APIError) {
    let fields = try Fields(body: body)
    model = try fields.text("model")
    prompts = try Self.prompts(fields)
    generation = try GenerationFields(fields, limitNames: ["max_tokens"])
    echoes = try fields.bool("echo") ?? false
    top = try fields.integer("logprobs", in: 0...GenerationFields.mostTop)
    addsSpecialTokens = try fields.bool("add_special_tokens") ?? true
    guard prompts.count * generation.count <= Self.mostPrompts else {
      throw APIError(
        422,
        "a request has at most \(Self.mostPrompts) answers, found \(prompts.count) prompts of "
          + "\(generation.count)", field: "prompt")
    }
  }

  /// One text, one list of ids, or a list of either.
  private static func prompts(_ fields: Fields) throws(APIError) -> [Prompt] {
    let expected = "a text, a list of token ids, or a list of either"
    let value = try fields.required(fields.value("prompt"), "prompt")
    if let text = value.text { return [.text(text)] }
    guard let list = value.list, !list.isEmpty else {
      throw .field("prompt", expected: expected, found: value)
    }
    if list[0].integer != nil { return [.ids(try Fields.ids(list, field: "prompt"))] }
    var prompts: [Prompt] = []
    for (index, entry) in list.enumerated() {
      if let text = entry.text {
        prompts.append(.text(text))
      } else if let ids = entry.list, !ids.isEmpty {
        prompts.append(.ids(try Fields.ids(ids, field: "prompt[\(index)]")))
      } else {
        throw .field("prompt[\(index)]", expected: expected, found: entry)
      }
    }
    return prompts
  }
}
