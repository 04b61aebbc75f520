import Basics

/// Why a request gets no answer, in the form of OpenAI's errors.
///
/// - Source: OpenAI's API reference, *Error codes*.
struct APIError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The HTTP status.
  var status: Int
  /// One sentence: what, where, expected and found.
  var message: String
  /// The field at fault.
  var field: String?
  /// A word for programs.
  var code: String?
  /// Seconds after which the same request may succeed.
  var retryAfter: Int?
  /// The methods that the path takes, as the header `Allow` lists them.
  var allow: String?

  init(_ status: Int, _ message: String, field: String? = nil, code: String? = nil, retryAfter: Int? = nil) {
    self.status = status
    self.message = message
    self.field = field
    self.code = code
    self.retryAfter = retryAfter
  }

  /// A field that is not what it should be.
  static func field(_ name: String, expected: String, found: JSONValue) -> APIError {
    APIError(400, "'\(name)' must be \(expected), found \(found)", field: name)
  }

  /// A method that a path does not take.
  static func method(_ method: String, of path: String, taking allowed: String) -> APIError {
    var error = APIError(405, "'\(path)' takes \(allowed), found \(method)")
    error.allow = allowed == "GET" ? "GET, HEAD" : allowed
    return error
  }

  static let loading = APIError(503, "the model is loading", code: "loading", retryAfter: 5)
  static let stopping = APIError(503, "the server is shutting down", code: "shutting_down", retryAfter: 30)

  var description: String { message }

  private var type: String {
    switch status {
    case 401: "authentication_error"
    case 404: "not_found_error"
    case 429: "rate_limit_error"
    case 500...: "server_error"
    default: "invalid_request_error"
    }
  }

  var json: JSONValue {
    .object([
      (
        "error",
        .object([
          ("message", .text(message)), ("type", .text(type)), ("param", .optional(field)),
          ("code", .optional(code)),
        ])
      )
    ])
  }
}
