import FlyingFox
import FlyingSocks
import Foundation

/// The HTTP library's wait for sockets, with the limits that it lacks: a number of connections, and times after which one
/// that sends nothing, sends its request too slowly, or does not take its response, is closed.
final class GuardedPool: AsyncSocketPool {
  private let pool: any AsyncSocketPool
  private let table: ConnectionTable
  private let idleSeconds: Double
  /// Seconds that a request's head may take.
  private static let requestSeconds = 30.0

  init(_ table: ConnectionTable, idleSeconds: Double) {
    pool = HTTPServer.defaultPool()
    self.table = table
    self.idleSeconds = idleSeconds
  }

  func prepare() async throws { try await pool.prepare() }
  func run() async throws { try await pool.run() }

  func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
    // The socket that listens has no client, and may wait for ever.
    guard let peer = try? socket.remotePeer() else {
      return try await pool.suspendSocket(socket, untilReadyFor: events)
    }
    let client = HTTPRequest.Address.make(from: peer)
    guard events.contains(.read) else {
      return try await wait(socket, events, seconds: idleSeconds)
    }
    let end = try table.waits(socket, client, within: Self.requestSeconds)
    let seconds = end.map { ($0 - .now) / .seconds(1) } ?? idleSeconds
    try await wait(socket, events, seconds: seconds)
    table.received(client)
  }

  private func wait(_ socket: Socket, _ events: Socket.Events, seconds: Double) async throws {
    guard seconds > 0 else { throw SocketError.disconnected }
    try await withThrowingTaskGroup(of: Void.self) { [pool] group in
      group.addTask { try await pool.suspendSocket(socket, untilReadyFor: events) }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw SocketError.disconnected
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
