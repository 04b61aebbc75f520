import FlyingFox
import Foundation
import Synchronization

/// Looks now and then whether clients that wait for an answer are still there.
final class ConnectionWatch: Sendable {
  private struct Watched {
    var client: HTTPRequest.Address
    var gone: @Sendable () -> Void
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

  /// A client that is watched until this ends.
  final class Watch: Sendable {
    private let onEnd: @Sendable () -> Void

    init(onEnd: @escaping @Sendable () -> Void = {}) { self.onEnd = onEnd }

    deinit { onEnd() }

    func end() { onEnd() }
  }

  /// - Parameter gone: Called at most once, from any thread.
  func watch(_ client: HTTPRequest.Address?, gone: @escaping @Sendable () -> Void) -> Watch {
    guard let client else { return Watch() }
    let (number, begins) = state.withLock { state in
      state.last += 1
      state.watched[state.last] = Watched(client: client, gone: gone)
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
    for (number, watched) in state.withLock({ $0.watched }) where table.isGone(watched.client) {
      state.withLock { $0.watched[number] = nil }
      watched.gone()
    }
    let goesOn = state.withLock { state in
      state.isRunning = !state.watched.isEmpty
      return state.isRunning
    }
    if goesOn { lookLater() }
  }
}
