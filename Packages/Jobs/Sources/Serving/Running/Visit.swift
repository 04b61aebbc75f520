import Foundation
import Logging
import Synchronization

/// One request on its way: what it took is counted and logged when nothing holds it any more.
final class Visit: Sendable {
  private let method: String
  private let path: String
  private let client: String
  private let start = ContinuousClock.now
  private let metrics: Metrics
  private let logger: Logger?
  private let logsPrompt: Bool

  private struct State {
    var usage = Usage()
    var firstEvent: Double?
    var status = 499
    var prompt: String?
  }
  private let state = Mutex(State())

  init(method: String, path: String, client: String, _ metrics: Metrics, logger: Logger?, logsPrompt: Bool) {
    self.logsPrompt = logsPrompt
    self.method = method
    self.path = path
    self.client = client
    self.metrics = metrics
    self.logger = logger
    metrics.begin()
  }

  func note(_ usage: Usage) { state.withLock { $0.usage = usage } }
  func note(status: Int) { state.withLock { $0.status = status } }
  /// Keeps a prompt for the log, where prompts are logged.
  func note(prompt: @autoclosure () -> String) {
    guard logsPrompt else { return }
    let prompt = prompt()
    state.withLock { $0.prompt = prompt }
  }

  func noteFirstEvent() {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    state.withLock { $0.firstEvent = $0.firstEvent ?? seconds }
  }

  deinit {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let state = state.withLock { $0 }
    metrics.end(path, status: state.status, seconds: seconds, firstEvent: state.firstEvent, state.usage)
    guard let logger else { return }
    let time = String(format: "%.3f s", seconds)
    let prompt = state.prompt.map { " prompt \($0)" } ?? ""
    logger.info(
      "\(client) \(method) \(path) \(state.status) \(time) \(state.usage.prompt)+\(state.usage.completion) tokens\(prompt)"
    )
  }
}
