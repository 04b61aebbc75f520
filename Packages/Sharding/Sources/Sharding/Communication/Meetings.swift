internal import Dispatch
internal import Synchronization

/// Where the threads of a ``ThreadMesh`` wait for each other: ``MeetingState`` behind a lock, and a semaphore a rank.
final class Meetings: Sendable {
  let mesh: Mesh
  /// Of each rank.
  let mailboxes: [Mailboxes]
  private let patience: Duration?
  private let state: Mutex<MeetingState>
  /// A rank parks on its own, so that a meeting wakes its members only.
  private let wakers: [DispatchSemaphore]

  init(mesh: Mesh, patience: Duration?) {
    self.mesh = mesh
    self.patience = patience
    state = Mutex(MeetingState(mesh: mesh))
    mailboxes = (0..<mesh.count).map { Mailboxes(of: $0, count: mesh.count, patience: patience) }
    wakers = (0..<mesh.count).map { _ in DispatchSemaphore(value: 0) }
  }

  /// Brings `arrival` to the open meeting of a group and waits for its other members.
  ///
  /// - Parameters:
  ///   - member: The caller's number in the group.
  ///   - rank: The caller's number in the run.
  /// - Returns: The arrivals of all members, in their order.
  func meet(
    _ arrival: Arrival, in group: RankGroup, member: Int, rank: Int
  ) throws(CommunicatorError) -> [Arrival] {
    let (ticket, ready) = state.withLock { $0.arrive(arrival, in: group, member: member, rank: rank) }
    wake(ready)
    let deadline = patience.map { DispatchTime.now() + $0.seconds }
    var waited: Duration?
    while true {
      if let outcome = state.withLock({ $0.outcome(of: ticket, waited: waited) }) { return try outcome.get() }
      let result = wakers[rank].wait(timeout: deadline ?? .distantFuture)
      if result == .timedOut { waited = patience }
    }
  }

  /// Notes that `rank` has ended, with `error` or without, and ends the waits that this makes hopeless.
  func end(_ rank: Int, with error: (any Error)?) {
    let message = error.map { "\($0)" }
    wake(state.withLock { $0.end(rank, message: message) })
    for mailbox in mailboxes { mailbox.end(rank, message: message) }
  }

  private func wake(_ ranks: [Int]) {
    for rank in ranks { wakers[rank].signal() }
  }
}
