import Synchronization

/// The open connections of a server.
final class ConnectionTable: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: Connection] = [:]
    var isEnding = false
  }
  private let state = Mutex(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var all: [Connection] { state.withLock { Array($0.connections.values) } }
  /// Whether a connection is closed once its request is answered.
  var isEnding: Bool { state.withLock { $0.isEnding } }

  /// - Returns: Whether there is room for one more.
  func add(_ connection: Connection) -> Bool {
    state.withLock { state in
      guard state.connections.count < limit, !state.isEnding else { return false }
      state.connections[ObjectIdentifier(connection)] = connection
      return true
    }
  }

  func remove(_ connection: Connection) {
    state.withLock { $0.connections[ObjectIdentifier(connection)] = nil }
  }

  /// Closes the connections that wait for a request; the others close once they have answered.
  func endIdle() {
    state.withLock { $0.isEnding = true }
    for connection in all { connection.end(ifIdle: true) }
  }
}
