import Basics
import Foundation
import Sharding
import Synchronization

/// Assigns chunks of work to the replicas and collects their results, on rank 0.
///
/// The replica of rank 0 calls it directly; the others send messages to the thread that serves them.
final class Coordinator: Sendable {
  /// The mailbox of rank 0 that replicas send to.
  static let mailbox = "work"

  private struct State {
    var assignments: Assignments
    var collector: ResponseCollector
    var progress: EngineProgress
    /// Replicas that have reported that they are done.
    var done = 0
    /// Why the serving thread ended early.
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  private let replicas: Int
  private let finished: @Sendable ([(index: Int, response: Response)]) throws -> Void
  /// Signalled when a message has arrived.
  private let arrivals = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - sideBySide: How many answers a replica generates in one pass at most.
  ///   - finished: Called with the requests that are completed, one call after the other, from any thread.
  init(
    _ plan: Plan, replicas: Int, sideBySide: Int,
    finished: @escaping @Sendable ([(index: Int, response: Response)]) throws -> Void
  ) throws {
    state = Mutex(
      State(
        assignments: Assignments(plan, replicas: replicas), collector: ResponseCollector(plan),
        progress: EngineProgress(plan, sideBySide: sideBySide, replicas: replicas)))
    self.replicas = replicas
    self.finished = finished
    try add(PassResults())
  }

  /// - Throws: Why the serving thread ended early, or what `finished` threw.
  func next(for replica: Int, rows: Int) throws -> Range<Int>? {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.assignments.take(replica, rows: rows)
    }
  }

  func add(_ results: PassResults) throws {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      state.collector.add(results)
      let completed = state.collector.takeCompleted()
      try finished(completed)
      state.progress.completed += completed.count
      state.progress.add(results, of: state.collector.plan)
    }
  }

  /// What all replicas have done.
  var progress: EngineProgress { state.withLock { $0.progress } }
  /// All responses, once all replicas are done.
  var collector: ResponseCollector { state.withLock { $0.collector } }

  /// Serves the other replicas from a thread of its own until they are done.
  func serve(over communicator: any Communicator) {
    guard replicas > 1 else { return }
    let thread = Thread { [self] in
      do {
        while state.withLock({ $0.done < replicas - 1 }) {
          try serve(communicator.receive(named: Self.mailbox), over: communicator)
          arrivals.signal()
        }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
        arrivals.signal()
      }
    }
    thread.name = "coordinator"
    thread.start()
  }

  private func serve(_ message: Message, over communicator: any Communicator) throws {
    switch try WorkMessage(message.bytes) {
    case .want(let rows):
      let chunk = try next(for: communicator.mesh.coordinate(of: message.sender).batch, rows: rows)
      try communicator.send(
        WorkMessage.chunk(chunk ?? 0..<0).bytes, to: message.sender, named: Self.mailbox)
    case .found(let results): try add(results)
    case .done: state.withLock { $0.done += 1 }
    case .chunk: throw ByteError()
    }
  }

  /// Waits until the other replicas are done.
  ///
  /// - Parameter progress: Called after each pass of theirs.
  func waitForOthers(_ progress: (EngineProgress) -> Void) throws {
    while true {
      let isDone = try state.withLock { state in
        if let failure = state.failure { throw failure }
        return state.done == replicas - 1
      }
      progress(self.progress)
      if isDone { return }
      arrivals.wait()
    }
  }
}
