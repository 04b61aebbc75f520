import FlyingFox
import Foundation

/// The body of a request, up to a limit.
enum RequestBody {
  /// - Throws: ``APIError`` for a body of another type or beyond the limit, or one that breaks off.
  static func read(_ request: HTTPRequest, limit: Int) async throws(APIError) -> [UInt8] {
    guard request.method == .POST else { return [] }
    let type = request.headers[.contentType]?.lowercased() ?? ""
    // A web page of another site may send other types without asking.
    guard type.hasPrefix("application/json") else {
      throw APIError(415, "the header 'Content-Type' must be 'application/json', found '\(type)'")
    }
    let tooLong = APIError(413, "a body has at most \(limit) bytes", code: "body_too_large")
    if let count = request.bodySequence.count, count > limit { throw tooLong }
    var bytes: [UInt8] = []
    do {
      for try await part in request.bodySequence {
        guard bytes.count + part.count <= limit else { throw tooLong }
        bytes += part
      }
    } catch let error as APIError { throw error } catch { throw APIError(400, "the body breaks off") }
    return bytes
  }
}
