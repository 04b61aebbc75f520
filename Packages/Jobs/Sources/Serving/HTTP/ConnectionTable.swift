import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// The open connections by the address of their client: the HTTP library reports neither their number nor that a client has
/// gone while its answer is computed.
final class ConnectionTable: Sendable {
  private struct Entry {
    var socket: Socket
    /// When the first bytes of a request came, until it is handled.
    var requestBegan: ContinuousClock.Instant?
  }
  private let entries = Mutex<[HTTPRequest.Address: Entry]>([:])
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Notes that a connection waits for bytes.
  ///
  /// - Returns: When a request that has begun must be whole; `nil` where none has begun.
  /// - Throws: `SocketError` where there are too many connections.
  func waits(_ socket: Socket, _ client: HTTPRequest.Address, within seconds: Double) throws
    -> ContinuousClock
    .Instant?
  {
    try entries.withLock { entries in
      if let entry = entries[client], entry.socket == socket {
        return entry.requestBegan.map { $0 + .seconds(seconds) }
      }
      if entries.count >= limit { entries = entries.filter { $0.value.socket.isConnected(to: $0.key) } }
      guard entries.count < limit else { throw SocketError.disconnected }
      entries[client] = Entry(socket: socket)
      return nil
    }
  }

  /// Notes that bytes have come.
  func received(_ client: HTTPRequest.Address) {
    entries.withLock { entries in
      if entries[client]?.requestBegan == nil { entries[client]?.requestBegan = .now }
    }
  }

  /// Notes a connection whose request came so fast that it was never waited for.
  func handles(_ client: HTTPRequest.Address?) {
    guard let client else { return }
    let isKnown = entries.withLock { $0[client]?.socket.isConnected(to: client) ?? false }
    guard !isKnown, let socket = Self.socket(of: client) else { return }
    entries.withLock { $0[client] = Entry(socket: socket) }
  }

  /// The open socket of a client, found among the descriptors of this process.
  private static func socket(of client: HTTPRequest.Address) -> Socket? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
    return names.lazy.compactMap { Int32($0) }.map { Socket(file: .init(rawValue: $0)) }
      .first { $0.isConnected(to: client) }
  }

  /// Notes that the request is handled: the connection may wait for the next one.
  func handled(_ client: HTTPRequest.Address?) {
    guard let client else { return }
    entries.withLock { $0[client]?.requestBegan = nil }
  }

  /// Ends a connection whose request is not read to its end, once its response is sent.
  func stopReading(_ client: HTTPRequest.Address?) {
    guard let client, let socket = entries.withLock({ $0[client]?.socket }), socket.isConnected(to: client)
    else { return }
    _ = shutdown(socket.file.rawValue, Int32(SHUT_RD))
  }

  /// Whether a client has closed its end.
  func isGone(_ client: HTTPRequest.Address) -> Bool {
    guard let socket = entries.withLock({ $0[client]?.socket }) else { return false }
    guard socket.isConnected(to: client) else { return true }
    let closed = Int16(0x2000)  // POLLRDHUP, which Glibc's module does not have
    var events = pollfd(fd: socket.file.rawValue, events: closed, revents: 0)
    guard poll(&events, 1, 0) > 0 else { return false }
    return events.revents & (closed | Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)) != 0
  }
}

extension Socket {
  /// Whether the descriptor still is this client's: numbers are used again.
  fileprivate func isConnected(to client: HTTPRequest.Address) -> Bool {
    (try? remotePeer()).map { HTTPRequest.Address.make(from: $0) == client } ?? false
  }
}
