import Basics
import Foundation

/// The body of a request, up to a limit.
final class RequestBody {
  /// The most bytes of a refused body that are read, so that its client gets to the refusal.
  private static let mostDrained = 64 << 20
  /// The most bytes of a chunk's first line, and of what follows the last chunk.
  private static let mostLineBytes = 1 << 12

  private enum Rest: Equatable {
    case bytes(Int)
    /// A chunk of which so many bytes are left.
    case chunk(Int)
    case nextChunk
    case nothing
  }

  private let head: RequestHead
  private let reader: ConnectionReader
  private let connection: Connection
  private let end: ContinuousClock.Instant
  private let limit: Int
  private var rest: Rest
  /// Whether the client still waits for a word before it sends anything.
  private var isAwaited: Bool
  private var hasBrokenOff = false

  /// - Parameters:
  ///   - limit: The most bytes.
  ///   - end: When it must be there.
  init(
    of head: RequestHead, _ reader: ConnectionReader, _ connection: Connection, limit: Int,
    until end: ContinuousClock.Instant
  ) {
    (self.head, self.reader, self.connection, self.limit, self.end) = (head, reader, connection, limit, end)
    isAwaited = head.awaitsContinue
    rest =
      switch head.body {
      case .bytes(0): .nothing
      case .bytes(let count): .bytes(count)
      case .chunked: .nextChunk
      }
  }

  /// - Throws: ``APIError`` for a body of another type or beyond the limit, or one that breaks off.
  func read() async throws(APIError) -> [UInt8] {
    guard head.method == "POST" else {
      guard rest == .nothing else { throw APIError(400, "only a POST has a body") }
      return []
    }
    let type = head.fields["content-type"]?.lowercased() ?? ""
    // A web page of another site may send other types without asking.
    guard type.hasPrefix("application/json") else {
      throw APIError(415, "the header 'Content-Type' must be 'application/json', found '\(type)'")
    }
    let tooLong = APIError(413, "a body has at most \(limit) bytes", code: "body_too_large")
    if case .bytes(let count) = rest, count > limit { throw tooLong }
    var bytes: [UInt8] = []
    while let part = try await next() {
      guard bytes.count + part.count <= limit else { throw tooLong }
      bytes += part
    }
    return bytes
  }

  /// Reads what a refused request has left on its connection, where the next request would be looked for.
  ///
  /// - Returns: Whether nothing is left.
  func drain() async -> Bool {
    if case .bytes(let count) = rest, count > Self.mostDrained { return false }
    // A client that waits for a word may send the body or not.
    guard rest == .nothing || !isAwaited, !hasBrokenOff else { return false }
    var count = 0
    do throws(APIError) {
      while count <= Self.mostDrained {
        guard let part = try await next() else { return true }
        count += part.count
      }
    } catch { return false }
    return false
  }

  private func next() async throws(APIError) -> ArraySlice<UInt8>? {
    guard !hasBrokenOff else { throw APIError(400, "the body breaks off") }
    do {
      if rest == .nextChunk { rest = try await chunk() }
      switch rest {
      case .nothing, .nextChunk: return nil
      case .bytes(let count):
        let part = try await part(count)
        rest = part.count == count ? .nothing : .bytes(count - part.count)
        return part
      case .chunk(let count):
        let part = try await part(count)
        rest = part.count == count ? .nextChunk : .chunk(count - part.count)
        if rest == .nextChunk { try await endOfChunk() }
        return part
      }
    } catch let error as APIError {
      hasBrokenOff = true
      throw error
    } catch {
      hasBrokenOff = true
      throw APIError(400, "the body breaks off")
    }
  }

  private func part(_ count: Int) async throws -> ArraySlice<UInt8> {
    try await answerExpectation()
    guard let part = try await reader.part(atMost: count, until: end) else { throw broken }
    return part
  }

  private func line(_ room: inout Int) async throws -> [UInt8] {
    try await answerExpectation()
    guard let line = try await reader.line(room: &room, until: end) else { throw broken }
    return line
  }

  /// The next chunk's length, or nothing after the last.
  private func chunk() async throws -> Rest {
    var room = Self.mostLineBytes
    let digits = try await line(&room).prefix { $0 != UInt8(ascii: ";") }
    let text = String(decoding: digits, as: UTF8.self).trimmingCharacters(in: .whitespaces)
    guard text.utf8.count <= 12, text.utf8.first != UInt8(ascii: "+"), let count = Int(text, radix: 16),
      count >= 0
    else { throw APIError(400, "a chunk of the body must begin with its length") }
    guard count == 0 else { return .chunk(count) }
    while try await !line(&room).isEmpty {}
    return .nothing
  }

  private func endOfChunk() async throws {
    var room = 2
    guard try await line(&room).isEmpty else {
      throw APIError(400, "a chunk of the body is longer than it says")
    }
  }

  private func answerExpectation() async throws {
    guard isAwaited else { return }
    isAwaited = false
    if reader.isEmpty { try await connection.send(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
  }

  private var broken: APIError {
    connection.isLate
      ? APIError(408, "the body took too long", code: "timeout") : APIError(400, "the body breaks off")
  }
}
