import FlyingFox
import Foundation

/// The body of a request, up to a limit.
struct RequestBody {
  /// The most bytes of a refused body that are read, so that its client gets to the refusal.
  private static let mostDrained = 64 << 20

  private let request: HTTPRequest
  private let limit: Int
  private var hasBegun = false

  init(_ request: HTTPRequest, limit: Int) {
    self.request = request
    self.limit = limit
  }

  /// - Throws: ``APIError`` for a body of another type or beyond the limit, or one that breaks off.
  mutating func read() async throws(APIError) -> [UInt8] {
    guard request.method == .POST else {
      guard request.bodySequence.count == 0 else { throw APIError(400, "only a POST has a body") }
      return []
    }
    let type = request.headers[.contentType]?.lowercased() ?? ""
    // A web page of another site may send other types without asking.
    guard type.hasPrefix("application/json") else {
      throw APIError(415, "the header 'Content-Type' must be 'application/json', found '\(type)'")
    }
    let tooLong = APIError(413, "a body has at most \(limit) bytes", code: "body_too_large")
    if let count = request.bodySequence.count, count > limit { throw tooLong }
    hasBegun = true
    var bytes: [UInt8] = []
    do {
      for try await part in request.bodySequence {
        guard bytes.count + part.count <= limit else { throw tooLong }
        bytes += part
      }
    } catch let error as APIError { throw error } catch { throw APIError(400, "the body breaks off") }
    return bytes
  }

  /// Reads what a refused request has left on its connection, where the next request would be looked for.
  ///
  /// - Returns: Whether nothing is left.
  func drain() async -> Bool {
    guard !hasBegun, let count = request.bodySequence.count, count <= Self.mostDrained else { return false }
    do {
      for try await _ in request.bodySequence {}
      return true
    } catch { return false }
  }
}
