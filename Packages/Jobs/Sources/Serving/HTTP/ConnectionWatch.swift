import Foundation
import Synchronization

/// Looks now and then whether waits for sockets are over, whether clients that wait for an answer are still there, and whether
/// their time is over: the one timer of a server.
final class ConnectionWatch: Sendable {
  private struct Watched {
    var connection: Connection
    var end: ContinuousClock.Instant
    var ended: @Sendable (APIError?) -> Void
  }

  private struct State {
    var watched: [Int: Watched] = [:]
    var last = 0
    var isRunning = false
  }
  private let state = Mutex(State())
  private let table: ConnectionTable
  private static let seconds = 0.1

  init(_ table: ConnectionTable) { self.table = table }

  /// - Parameters:
  ///   - seconds: How long the client may wait.
  ///   - ended: Called at most once, from any thread: with an error where the time is over, without one where the client has
  ///     gone.
  func watch(
    _ connection: Connection, seconds: Double, ended: @escaping @Sendable (APIError?) -> Void
  ) -> Watch {
    let end = ContinuousClock.now + .seconds(seconds)
    let number = state.withLock { state in
      state.last += 1
      state.watched[state.last] = Watched(connection: connection, end: end, ended: ended)
      return state.last
    }
    begin()
    return Watch { [weak self] in
      self?.state.withLock { $0.watched[number] = nil }
    }
  }

  /// Looks from now on, for as long as there are connections.
  func begin() {
    let begins = state.withLock { state in
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if begins { lookLater() }
  }

  private func lookLater() {
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.seconds) { [weak self] in self?.look() }
  }

  private func look() {
    let now = ContinuousClock.now
    let late = APIError(408, "the request took too long", code: "timeout")
    for (number, watched) in state.withLock({ $0.watched }) {
      let isLate = watched.end < now
      guard isLate || watched.connection.isGone else { continue }
      state.withLock { $0.watched[number] = nil }
      watched.ended(isLate ? late : nil)
    }
    for connection in table.all { connection.look(at: now) }
    let goesOn = state.withLock { state in
      // Asked under the lock: a connection is in the table before it calls `begin`.
      state.isRunning = !state.watched.isEmpty || !table.all.isEmpty
      return state.isRunning
    }
    if goesOn { lookLater() }
  }
}
