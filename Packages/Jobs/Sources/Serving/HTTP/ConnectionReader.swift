import Basics

/// Reads a connection's bytes as lines and parts, for the one task that serves it.
final class ConnectionReader {
  private let connection: Connection
  private var buffer: [UInt8] = []
  /// Where in `buffer` that begins which is not consumed.
  private var start = 0

  init(_ connection: Connection) { self.connection = connection }

  var isEmpty: Bool { start == buffer.count }

  /// Waits for more bytes.
  ///
  /// - Returns: Whether any came until `end`, or while the connection may be idle.
  func fill(until end: ContinuousClock.Instant? = nil) async throws -> Bool {
    guard let part = try await connection.receive(until: end) else { return false }
    buffer.removeFirst(start)
    start = 0
    buffer += part
    return true
  }

  /// The next line without its end, which is a line feed with or without a carriage return.
  ///
  /// - Parameter room: The most bytes that are left for lines; what this one takes is subtracted.
  /// - Returns: `nil` where the connection ends before the line does.
  /// - Throws: ``APIError`` where there is not so much room.
  func line(room: inout Int, until end: ContinuousClock.Instant) async throws -> [UInt8]? {
    var looked = 0
    while true {
      if let lineEnd = buffer[(start + looked)...].firstIndex(of: UInt8(ascii: "\n")) {
        room -= lineEnd + 1 - start
        guard room >= 0 else { break }
        var line = Array(buffer[start..<lineEnd])
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        start = lineEnd + 1
        return line
      }
      looked = buffer.count - start
      guard looked <= room else { break }
      guard try await fill(until: end) else { return nil }
    }
    throw APIError(431, "the head of a request has at most \(RequestHead.mostBytes) bytes")
  }

  /// The next bytes, at least one and at most `count`; `nil` where the connection ends.
  func part(atMost count: Int, until end: ContinuousClock.Instant) async throws -> ArraySlice<UInt8>? {
    if isEmpty {
      guard try await fill(until: end) else { return nil }
    }
    let part = buffer[start..<min(start + count, buffer.count)]
    start = part.endIndex
    return part
  }
}
