import Basics
import Foundation
import Sharding
import Synchronization

/// Where rank 0 deals out work to the replicas and collects what they find.
///
/// Its own replica comes to it directly; the others write to the thread that serves them.
final class Desk: Sendable {
  /// The mailbox of rank 0 that replicas write to.
  static let mailbox = "work"

  private struct State {
    var shares: WorkShares
    var answers: Answers
    var completed = 0
    /// Replicas that have said that they are done.
    var done = 0
    /// Why the thread that serves has given up.
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  private let replicas: Int
  private let finished: @Sendable ([(index: Int, response: Response)]) throws -> Void
  /// Signalled when something has come in.
  private let news = DispatchSemaphore(value: 0)

  /// - Parameter finished: Called with the requests that are completed, one call after the other, from any thread.
  init(
    _ plan: Plan, replicas: Int,
    finished: @escaping @Sendable ([(index: Int, response: Response)]) throws -> Void
  ) throws {
    state = Mutex(State(shares: WorkShares(plan, replicas: replicas), answers: Answers(plan)))
    self.replicas = replicas
    self.finished = finished
    try add(Findings())
  }

  /// - Throws: What kept the desk from serving, or from handing on what is completed.
  func next(for replica: Int, rows: Int) throws -> Range<Int>? {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.shares.take(replica, rows: rows)
    }
  }

  func add(_ findings: Findings) throws {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      state.answers.add(findings)
      let completed = state.answers.takeCompleted()
      try finished(completed)
      state.completed += completed.count
    }
  }

  /// How many requests are answered.
  var completed: Int { state.withLock { $0.completed } }
  /// All answers, once all replicas are done.
  var answers: Answers { state.withLock { $0.answers } }

  /// Serves the other replicas from a thread of its own until they are done.
  func serve(over communicator: any Communicator) {
    guard replicas > 1 else { return }
    let thread = Thread { [self] in
      do {
        while state.withLock({ $0.done < replicas - 1 }) {
          try serve(communicator.receive(named: Self.mailbox), over: communicator)
          news.signal()
        }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
        news.signal()
      }
    }
    thread.name = "desk"
    thread.start()
  }

  private func serve(_ message: Message, over communicator: any Communicator) throws {
    switch try WorkMessage(message.bytes) {
    case .want(let rows):
      let portion = try next(for: communicator.mesh.coordinate(of: message.sender).batch, rows: rows)
      try communicator.send(
        WorkMessage.portion(portion ?? 0..<0).bytes, to: message.sender, named: Self.mailbox)
    case .found(let findings): try add(findings)
    case .done: state.withLock { $0.done += 1 }
    case .portion: throw ByteError()
    }
  }

  /// Waits until the other replicas are done.
  ///
  /// - Parameter progress: Called now and then with how many requests are answered.
  func waitForOthers(_ progress: (Int) -> Void) throws {
    while true {
      let isDone = try state.withLock { state in
        if let failure = state.failure { throw failure }
        return state.done == replicas - 1
      }
      progress(completed)
      if isDone { return }
      news.wait()
    }
  }
}
