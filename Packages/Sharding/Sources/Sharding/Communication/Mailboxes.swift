internal import Dispatch
internal import Foundation
internal import Synchronization

/// The mailboxes of one rank, in which any of its threads may wait for messages.
final class Mailboxes: Sendable {
  private let patience: Duration?
  private let state: Mutex<MailboxState>

  /// - Parameter count: How many ranks the run has.
  init(of rank: Int, count: Int, patience: Duration? = nil) {
    self.patience = patience
    state = Mutex(MailboxState(rank: rank, count: count))
  }

  /// Notes that the calling thread runs the rank's body: when it waits itself, none of this rank can send to it.
  func bodyBegins() {
    let thread = ObjectIdentifier(Thread.current)
    state.withLock { $0.bodyThread = thread }
  }

  /// Whether the caller is the thread that called ``bodyBegins()``.
  var isBodyThread: Bool {
    let thread = ObjectIdentifier(Thread.current)
    return state.withLock { $0.bodyThread == thread }
  }

  /// Puts `message` into the mailbox `name`.
  func post(_ message: Message, named name: String) {
    state.withLock { $0.post(message, named: name) }?.signal()
  }

  /// Waits for the next message in the mailbox `name`.
  ///
  /// - Parameter missing: The ranks that it may come from, for the report of a wait that was too long.
  func take(named name: String, missing: () -> [String]) throws(CommunicatorError) -> Message {
    let waker = DispatchSemaphore(value: 0)
    let thread = ObjectIdentifier(Thread.current)
    let deadline = patience.map { DispatchTime.now() + $0.seconds }
    var tooLong: CommunicatorError.Reason?
    while true {
      let outcome = state.withLock { $0.outcome(named: name, on: thread, tooLong, waker: waker) }
      if let outcome { return try outcome.get() }
      if waker.wait(timeout: deadline ?? .distantFuture) == .timedOut, let patience {
        let ranks = missing()
        tooLong = .timedOut(seconds: patience.seconds, missing: ranks.isEmpty ? ["a message"] : ranks)
      }
    }
  }

  /// Throws once it is known that a rank has failed: no rank will read what is sent.
  func checkBeforeSending(named name: String) throws(CommunicatorError) {
    if let error = state.withLock({ $0.failure(for: .send, name) }) { throw error }
  }

  /// Notes that `rank` has ended, because of `failure` or else by returning, and ends the waits that this makes hopeless.
  func end(_ rank: Int, failure: CommunicatorError.Reason?) {
    for waker in state.withLock({ $0.end(rank, failure: failure) }) { waker.signal() }
  }

  /// Notes why nothing will come any more, and ends all waits.
  func fail(_ reason: CommunicatorError.Reason) {
    for waker in state.withLock({ $0.fail(reason) }) { waker.signal() }
  }
}

/// What lies in the mailboxes of one rank, who waits, and what became of the ranks. A plain value: it neither waits nor wakes.
private struct MailboxState: Sendable {
  private let rank: Int
  private var hasReturned: [Bool]
  private var failure: CommunicatorError.Reason?
  /// The thread on which the rank's body runs; `nil` until it is known.
  var bodyThread: ObjectIdentifier?
  private var messages: [String: [Message]] = [:]
  /// Who sleeps, or is about to, until a message comes or a rank ends; who came first is first.
  private var waiting: [String: [DispatchSemaphore]] = [:]

  init(rank: Int, count: Int) {
    self.rank = rank
    hasReturned = Array(repeating: false, count: count)
  }

  /// - Returns: Whom to wake.
  mutating func post(_ message: Message, named name: String) -> DispatchSemaphore? {
    messages[name, default: []].append(message)
    guard waiting[name]?.isEmpty == false else { return nil }
    return waiting[name]?.removeFirst()
  }

  /// The first message of a mailbox, or why none will come; `nil`, and `waker` counts as waiting, while one still may.
  ///
  /// - Parameter tooLong: Set when the rank's patience has ended.
  mutating func outcome(
    named name: String, on thread: ObjectIdentifier, _ tooLong: CommunicatorError.Reason?,
    waker: DispatchSemaphore
  ) -> Result<Message, CommunicatorError>? {
    waiting[name]?.removeAll { $0 === waker }
    if messages[name]?.isEmpty == false, let message = messages[name]?.removeFirst() {
      return .success(message)
    }
    if let reason = hopelessness(on: thread) ?? tooLong {
      return .failure(error(.receive, name, reason))
    }
    waiting[name, default: []].append(waker)
    return nil
  }

  /// What ends every call, once a rank has failed.
  func failure(for kind: Collective.Kind, _ name: String) -> CommunicatorError? {
    failure.map { error(kind, name, $0) }
  }

  /// Why no message will come, or `nil` while one may.
  private func hopelessness(on thread: ObjectIdentifier) -> CommunicatorError.Reason? {
    failure ?? lastSender(on: thread).map { .rankReturned(rank: $0) }
  }

  /// A rank that has returned, if no rank is left that could send to a waiting `thread`.
  private func lastSender(on thread: ObjectIdentifier) -> Int? {
    if hasReturned[rank] { return rank }
    let others = hasReturned.indices.filter { $0 != rank }
    guard thread == bodyThread, others.allSatisfy({ hasReturned[$0] }) else { return nil }
    return others.last
  }

  /// - Returns: Whom to wake.
  mutating func end(_ rank: Int, failure: CommunicatorError.Reason?) -> [DispatchSemaphore] {
    if let failure { return fail(failure) }
    hasReturned[rank] = true
    return wakeAll()
  }

  /// - Returns: Whom to wake.
  mutating func fail(_ reason: CommunicatorError.Reason) -> [DispatchSemaphore] {
    failure = failure ?? reason
    return wakeAll()
  }

  private mutating func wakeAll() -> [DispatchSemaphore] {
    defer { waiting = [:] }
    return waiting.values.flatMap { $0 }
  }

  private func error(
    _ kind: Collective.Kind, _ name: String, _ reason: CommunicatorError.Reason
  ) -> CommunicatorError {
    CommunicatorError(Collective(kind, named: name), rank: rank, reason: reason)
  }
}
