import FlyingFox
import Foundation
import Synchronization

/// Looks now and then whether clients that wait for an answer are still there, and whether their time is over.
final class ConnectionWatch: Sendable {
  private struct Watched {
    var client: HTTPRequest.Address?
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
    _ client: HTTPRequest.Address?, seconds: Double, ended: @escaping @Sendable (APIError?) -> Void
  ) -> Watch {
    let end = ContinuousClock.now + .seconds(seconds)
    let (number, begins) = state.withLock { state in
      state.last += 1
      state.watched[state.last] = Watched(client: client, end: end, ended: ended)
      defer { state.isRunning = true }
      return (state.last, !state.isRunning)
    }
    if begins { lookLater() }
    return Watch { [weak self] in
      self?.state.withLock { $0.watched[number] = nil }
    }
  }

  private func lookLater() {
    DispatchQueue.global().asyncAfter(deadline: .now() + Self.seconds) { [weak self] in self?.look() }
  }

  private func look() {
    let late = APIError(408, "the request took too long", code: "timeout")
    for (number, watched) in state.withLock({ $0.watched }) {
      let isLate = watched.end < .now
      guard isLate || watched.client.map(table.isGone) ?? false else { continue }
      state.withLock { $0.watched[number] = nil }
      watched.ended(isLate ? late : nil)
    }
    let goesOn = state.withLock { state in
      state.isRunning = !state.watched.isEmpty
      return state.isRunning
    }
    if goesOn { lookLater() }
  }
}
