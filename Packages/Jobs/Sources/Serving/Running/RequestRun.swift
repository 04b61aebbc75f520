import Evaluations
import Synchronization

/// The answers to one HTTP request, which an engine computes side by side, as one stream of events.
///
/// It ends when all answers have ended, when one fails, after its time, or when it is cancelled because the client went;
/// what is not computed by then is dropped.
final class RequestRun: Sendable {
  /// What happened to which answer.
  typealias Events = AsyncThrowingStream<(answer: Int, event: OnlineEvent), any Error>

  let events: Events
  private let continuation: Events.Continuation
  private let engine: any OnlineResponder

  private struct State {
    var open: [Int: UInt64] = [:]
    var hasEnded = false
  }
  private let state = Mutex(State())

  /// - Throws: `TokenError` for ids that the model does not take.
  init(_ requests: [OnlineRequest], by engine: any OnlineResponder) throws {
    self.engine = engine
    (events, continuation) = Events.makeStream()
    continuation.onTermination = { [weak self] reason in
      if case .cancelled = reason { self?.end() }
    }
    // All are noted before an event can end one of them.
    try state.withLock { state in
      for (answer, request) in requests.enumerated() {
        state.open[answer] = try engine.submit(request) { [weak self] event in self?.take(answer, event) }
      }
    }
  }

  deinit { drop() }

  /// Drops what is not computed.
  ///
  /// - Parameter error: Sent to the client, if it is there.
  func cancel(_ error: APIError?) { end(throwing: error ?? CancellationError()) }

  private func take(_ answer: Int, _ event: OnlineEvent) {
    guard !state.withLock({ $0.hasEnded }) else { return }
    continuation.yield((answer, event))
    switch event {
    case .scored, .generated: break
    case .failed(let error): end(throwing: error)
    case .finished:
      let isLast = state.withLock { state in
        state.open[answer] = nil
        return state.open.isEmpty
      }
      if isLast { end() }
    }
  }

  private func end(throwing error: (any Error)? = nil) {
    guard
      !state.withLock({ state in
        defer { state.hasEnded = true }
        return state.hasEnded
      })
    else { return }
    drop()
    continuation.finish(throwing: error)
  }

  private func drop() {
    let open = state.withLock { state in
      defer { state.open = [:] }
      return Array(state.open.values)
    }
    for number in open { engine.cancel(number) }
  }
}
