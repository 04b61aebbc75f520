import Basics
import FlyingFox
import Foundation

extension HTTPResponse {
  /// - Parameters:
  ///   - sendsBody: Whether the body is sent; a response to `HEAD` has only its head.
  ///   - visit: Lives as long as the response is sent.
  init(_ reply: Reply, sendsBody: Bool, holding visit: Visit) {
    var headers: HTTPHeaders = [:]
    headers[HTTPHeader("X-Content-Type-Options")] = "nosniff"
    headers[.cacheControl] = "no-store"
    func whole(_ status: Int, _ text: String, _ type: String) -> HTTPResponse {
      whole(status, Data(text.utf8), type)
    }
    func whole(_ status: Int, _ body: Data, _ type: String) -> HTTPResponse {
      headers[.contentType] = type
      headers[.contentLength] = "\(body.count)"
      return HTTPResponse(
        statusCode: HTTPStatusCode(status, phrase: HTTPResponse.phrase(status)), headers: headers,
        body: sendsBody ? body : Data())
    }
    switch reply {
    case .json(let status, let json): self = whole(status, json.line, "application/json")
    case .text(let status, let text, let type): self = whole(status, text, type)
    case .page(let data): self = whole(200, data, "text/html; charset=utf-8")
    case .error(let error):
      headers[HTTPHeader("Retry-After")] = error.retryAfter.map(String.init)
      headers[HTTPHeader("Allow")] = error.allow
      if error.status == 401 { headers[HTTPHeader("WWW-Authenticate")] = "Bearer" }
      self = whole(error.status, error.json.line, "application/json")
    case .stream(let parts):
      headers[.contentType] = "text/event-stream"
      self.init(
        statusCode: .ok, headers: headers,
        body: HTTPBodySequence(from: StreamedBody(parts: parts, visit: visit)))
    }
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 413: "Payload Too Large"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 499: "Client Closed Request"
    case 503: "Service Unavailable"
    default: "Internal Server Error"
    }
  }
}
