import FlyingSocks
import Foundation
import Synchronization

/// One client's connection. Its waits have ends that ``ConnectionWatch`` keeps: a timer for each wait would live to its own
/// end, also where the wait is over long before.
final class Connection: Sendable {
  /// Who is at the other end, without the port.
  let client: String
  private let socket: Socket
  private let pool: any AsyncSocketPool
  /// Seconds without a byte after which it is closed, also before a request.
  private let idleSeconds: Double

  private struct State {
    /// When the wait that is under way is over, and which directions are shut then.
    var wait: (end: ContinuousClock.Instant, directions: Int32)?
    var isLate = false
    var isClosed = false
    /// Whether no request has begun.
    var isIdle = true
  }
  private let state = Mutex(State())
  private static let mostAtOnce = 1 << 14

  init(_ accepted: AsyncSocket, _ pool: any AsyncSocketPool, idleSeconds: Double) {
    socket = accepted.socket
    self.pool = pool
    self.idleSeconds = idleSeconds
    client = (try? accepted.socket.remotePeer()).map(Self.host) ?? "-"
  }

  private static func host(_ address: Socket.Address) -> String {
    switch address {
    case .ip4(let host, _), .ip6(let host, _): host
    case .unix(let path): path
    }
  }

  /// Whether a wait took longer than it may.
  var isLate: Bool { state.withLock { $0.isLate } }

  /// Notes whether the connection waits for a request's first byte.
  func note(isIdle: Bool) { state.withLock { $0.isIdle = isIdle } }

  /// The next bytes; `nil` where the client has closed its end, or sent nothing until `end` or for ``idleSeconds``.
  func receive(until end: ContinuousClock.Instant? = nil) async throws -> [UInt8]? {
    let idle = ContinuousClock.now + .seconds(idleSeconds)
    var isOver = false
    while true {
      do { return try socket.read(atMost: Self.mostAtOnce) } catch SocketError.disconnected {
        return nil
      } catch SocketError.blocked {
        guard !isOver else { return nil }
      }
      // What has come before the end of the wait is read.
      isOver = await !ready(for: .read, until: min(end ?? idle, idle), Int32(SHUT_RD))
    }
  }

  /// Sends all bytes, as fast as the client takes them.
  ///
  /// - Throws: `SocketError` where the client has gone or takes nothing for too long.
  func send(_ data: Data) async throws {
    var sent = data.startIndex
    while sent < data.endIndex {
      do { sent = try socket.write(data, from: sent) } catch SocketError.blocked {
        let idle = ContinuousClock.now + .seconds(idleSeconds)
        guard await ready(for: .write, until: idle, Int32(SHUT_RDWR)) else { throw SocketError.disconnected }
      }
    }
  }

  private func ready(
    for events: Socket.Events, until end: ContinuousClock.Instant, _ directions: Int32
  ) async -> Bool {
    let isOpen = state.withLock { state in
      guard !state.isLate, !state.isClosed else { return false }
      state.wait = (end, directions)
      return true
    }
    guard isOpen else { return false }
    defer { state.withLock { $0.wait = nil } }
    do { try await pool.suspendSocket(socket, untilReadyFor: events) } catch { return false }
    return true
  }

  /// Ends a wait that is over.
  func look(at now: ContinuousClock.Instant) {
    state.withLock { state in
      guard !state.isClosed, let wait = state.wait, wait.end < now else { return }
      (state.wait, state.isLate) = (nil, true)
      _ = shutdown(socket.file.rawValue, wait.directions)
    }
  }

  /// Whether the client has closed its end.
  var isGone: Bool {
    state.withLock { state in
      guard !state.isClosed else { return true }
      let closed = Int16(0x2000)  // POLLRDHUP, which Glibc's module does not have
      var events = pollfd(fd: socket.file.rawValue, events: closed, revents: 0)
      guard poll(&events, 1, 0) > 0 else { return false }
      return events.revents & (closed | Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)) != 0
    }
  }

  /// Ends what is under way; where `ifIdle`, only a wait for a request, of which what has come is still read.
  func end(ifIdle: Bool = false) {
    state.withLock { state in
      guard !state.isClosed, state.isIdle || !ifIdle else { return }
      state.isLate = true
      _ = shutdown(socket.file.rawValue, Int32(ifIdle ? SHUT_RD : SHUT_RDWR))
    }
  }

  /// Tells the client that nothing more comes; what it still sends may be read.
  func endSending() {
    state.withLock { state in
      if !state.isClosed { _ = shutdown(socket.file.rawValue, Int32(SHUT_WR)) }
    }
  }

  /// Closes the descriptor, whose number may then be another connection's.
  func close() {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.isClosed = true
      try? socket.close()
    }
  }
}
