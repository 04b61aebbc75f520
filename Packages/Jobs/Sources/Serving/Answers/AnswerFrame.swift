import Basics
import Evaluations
import Foundation

/// What stands around the answers of one request: its number, time, model and usage.
struct AnswerFrame: Sendable {
  let id: String
  let object: String
  /// What a part of a stream is called.
  let partObject: String
  let created: Int
  let model: String
  let fingerprint: String?

  init(prefix: String, object: String, partObject: String, _ model: ServedModel) {
    id = prefix + UUID().uuidString.replacing("-", with: "").lowercased()
    self.object = object
    self.partObject = partObject
    created = Int(Date().timeIntervalSince1970)
    self.model = model.name
    fingerprint = model.fingerprint
  }

  static func completion(_ model: ServedModel) -> AnswerFrame {
    AnswerFrame(
      prefix: "cmpl-", object: "text_completion", partObject: "text_completion", model)
  }

  static func chat(_ model: ServedModel) -> AnswerFrame {
    AnswerFrame(
      prefix: "chatcmpl-", object: "chat.completion", partObject: "chat.completion.chunk", model)
  }

  func json(_ choices: [JSONValue], isPart: Bool = false, usage: Usage?) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("id", .text(id)), ("object", .text(isPart ? partObject : object)), ("created", .integer(created)),
      ("model", .text(model)), ("system_fingerprint", .optional(fingerprint)), ("choices", .list(choices)),
    ]
    if let usage { pairs.append(("usage", usage.json)) }
    return .object(pairs)
  }
}

/// Tokens that a request took.
struct Usage: Sendable {
  var prompt = 0
  var completion = 0

  var json: JSONValue {
    .object([
      ("prompt_tokens", .integer(prompt)), ("completion_tokens", .integer(completion)),
      ("total_tokens", .integer(prompt + completion)),
    ])
  }
}

/// The parts of a stream, as server-sent events.
///
/// - Source: WHATWG, *HTML*, section *Server-sent events*.
enum ServerSentEvent {
  static func data(_ json: JSONValue) -> [UInt8] { Array("data: \(json.line)\n\n".utf8) }
  static let done = Array("data: [DONE]\n\n".utf8)
}
