import Basics
import Chat

/// The body of `/v1/chat/completions`.
struct ChatRequest: Sendable {
  var model: String?
  var turns: [ChatTurn]
  var generation: GenerationFields
  /// Whether the answer continues the last turn, which is the assistant's.
  var continuesLast: Bool
  /// Whether the prompt ends where the assistant begins to answer.
  var asksForAnswer: Bool
  /// How many most probable ids are reported; `nil` for no log-probabilities.
  var top: Int?

  init(body: [UInt8]) throws(APIError) {
    let fields = try Fields(body: body)
    model = try fields.text("model")
    turns = try Self.turns(fields)
    generation = try GenerationFields(fields, limitNames: ["max_completion_tokens", "max_tokens"])
    (continuesLast, asksForAnswer) = try Self.ending(fields, turns)
    let most = try fields.integer("top_logprobs", in: 0...GenerationFields.mostTop)
    let isScored = try fields.bool("logprobs") ?? false
    if !isScored, let most, most > 0 {
      throw APIError(400, "'top_logprobs' needs 'logprobs' to be true", field: "top_logprobs")
    }
    top = isScored ? most ?? 0 : nil
  }

  private static func ending(_ fields: Fields, _ turns: [ChatTurn]) throws(APIError) -> (Bool, Bool) {
    let continues = try fields.bool("continue_final_message") ?? false
    let asks = try fields.bool("add_generation_prompt")
    guard continues else { return (false, asks ?? true) }
    guard asks != true else {
      throw APIError(
        400, "'continue_final_message' and 'add_generation_prompt' cannot both be true",
        field: "continue_final_message")
    }
    guard turns.last?.role == "assistant" else {
      throw APIError(
        400, "'continue_final_message' needs the last message to be the assistant's",
        field: "continue_final_message")
    }
    return (true, false)
  }

  private static func turns(_ fields: Fields) throws(APIError) -> [ChatTurn] {
    let list = try fields.required(fields.list("messages"), "messages")
    guard !list.isEmpty else { throw APIError(400, "'messages' is empty", field: "messages") }
    var turns: [ChatTurn] = []
    for (index, value) in list.enumerated() {
      guard let object = value.object else {
        throw .field("messages[\(index)]", expected: "an object", found: value)
      }
      turns.append(try turn(Fields(object, place: "messages[\(index)].")))
    }
    return turns
  }

  private static func turn(_ message: Fields) throws(APIError) -> ChatTurn {
    let role = try message.required(message.text("role"), "role")
    if let calls = message.value("tool_calls"), calls != .list([]) {
      throw APIError(
        400, "'\(message.place)tool_calls' is not supported", field: message.place + "tool_calls",
        code: "unsupported_parameter")
    }
    let content = try message.required(message.value("content"), "content")
    if let text = content.text { return ChatTurn(role: role, content: text) }
    guard let parts = content.list else {
      throw .field(message.place + "content", expected: "a text or a list of parts", found: content)
    }
    var text = ""
    for (index, part) in parts.enumerated() {
      let place = "\(message.place)content[\(index)]"
      guard let object = part.object else { throw .field(place, expected: "an object", found: part) }
      let fields = Fields(object, place: place + ".")
      let type = try fields.required(fields.text("type"), "type")
      guard type == "text" else {
        throw APIError(
          400, "'\(place).type' must be 'text', found '\(type)'", field: place + ".type",
          code: "unsupported_parameter")
      }
      text += try fields.required(fields.text("text"), "text")
    }
    return ChatTurn(role: role, content: text)
  }
}
