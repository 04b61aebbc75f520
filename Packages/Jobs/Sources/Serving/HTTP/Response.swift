import Basics
import Foundation

/// A reply as it is sent.
struct Response {
  /// Status line and headers, with the body where it is whole.
  let start: Data
  /// What follows as it is made, in chunks where the client's version has them.
  let parts: AsyncStream<[UInt8]>?

  /// - Parameters:
  ///   - head: The request's; `nil` for one that is no HTTP.
  ///   - keepsConnection: Whether another request may follow.
  init(_ reply: Reply, to head: RequestHead?, keepsConnection: Bool) {
    var fields = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    if !keepsConnection {
      fields.append(("Connection", "close"))
    } else if head?.isCurrent == false {
      fields.append(("Connection", "keep-alive"))
    }
    var body: Data?
    func whole(_ data: Data, _ type: String) {
      fields += [("Content-Type", type), ("Content-Length", "\(data.count)")]
      // A response to HEAD has only its head.
      if head?.method != "HEAD" { body = data }
    }
    switch reply {
    case .json(_, let json): whole(Data(json.line.utf8), "application/json")
    case .text(_, let text, let type): whole(Data(text.utf8), type)
    case .page(let data): whole(data, "text/html; charset=utf-8")
    case .error(let error):
      if let seconds = error.retryAfter { fields.append(("Retry-After", "\(seconds)")) }
      if let allow = error.allow { fields.append(("Allow", allow)) }
      if error.status == 401 { fields.append(("WWW-Authenticate", "Bearer")) }
      whole(Data(error.json.line.utf8), "application/json")
    case .stream:
      fields.append(("Content-Type", "text/event-stream"))
      if head?.isCurrent != false { fields.append(("Transfer-Encoding", "chunked")) }
    }
    let lines = ["HTTP/1.1 \(reply.status) \(Self.phrase(reply.status))"] + fields.map { "\($0): \($1)" }
    start = Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? Data())
    parts = if case .stream(let parts) = reply { parts } else { nil }
  }

  /// Sends all of it; each part is pulled when the one before is taken, so that a slow client is waited for.
  func send(to connection: Connection, inChunks: Bool) async throws {
    try await connection.send(start)
    guard let parts else { return }
    for await part in parts where !part.isEmpty {
      guard inChunks else {
        try await connection.send(Data(part))
        continue
      }
      try await connection.send(
        Data("\(String(part.count, radix: 16))\r\n".utf8) + part + Data("\r\n".utf8))
    }
    if inChunks { try await connection.send(Data("0\r\n\r\n".utf8)) }
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
    case 431: "Request Header Fields Too Large"
    case 499: "Client Closed Request"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Internal Server Error"
    }
  }
}
