internal import Dispatch
internal import Synchronization

/// Where the threads of a ``ThreadMesh`` wait for each other: ``RendezvousState`` behind a lock, and a semaphore a rank.
final class ThreadRendezvous: Rendezvous {
  let mesh: Mesh
  /// Of each rank.
  private let mailboxes: [Mailboxes]
  private let patience: Duration?
  private let state: Mutex<RendezvousState>
  /// A rank parks on its own, so that a sequence wakes its members only.
  private let wakers: [DispatchSemaphore]

  init(mesh: Mesh, patience: Duration?) {
    self.mesh = mesh
    self.patience = patience
    state = Mutex(RendezvousState(mesh: mesh))
    mailboxes = (0..<mesh.count).map { Mailboxes(of: $0, count: mesh.count, patience: patience) }
    wakers = (0..<mesh.count).map { _ in DispatchSemaphore(value: 0) }
  }

  /// Tensors pass between threads without a copy, so each may as well add up all of them.
  func sharesSums(of byteCount: Int, among members: Int) -> Bool { false }

  func meet(
    _ arrival: Arrival, in group: RankGroup, member: Int, rank: Int
  ) throws(CommunicatorError) -> [Arrival] {
    let (pending, ready) = state.withLock { $0.arrive(arrival, in: group, member: member, rank: rank) }
    wake(ready)
    let deadline = patience.map { DispatchTime.now() + $0.seconds }
    var waited: Duration?
    while true {
      if let outcome = state.withLock({ $0.outcome(of: pending, waited: waited) }) {
        return try outcome.get()
      }
      let result = wakers[rank].wait(timeout: deadline ?? .distantFuture)
      if result == .timedOut { waited = patience }
    }
  }

  func send(_ bytes: [UInt8], from sender: Int, to rank: Int, named name: String) throws(CommunicatorError) {
    try mailboxes[sender].checkBeforeSending(named: name)
    mailboxes[rank].post(Message(sender: sender, bytes: bytes), named: name)
  }

  func receive(at rank: Int, named name: String) throws(CommunicatorError) -> Message {
    try mailboxes[rank].take(named: name) { state.withLock { $0.silent(to: rank) } }
  }

  /// Notes that the calling thread is that of `rank`.
  func begin(_ rank: Int) { mailboxes[rank].bodyBegins() }

  /// Notes that `rank` has ended, with `error` or without, and ends the waits that this makes hopeless.
  func end(_ rank: Int, with error: (any Error)?) {
    let message = error.map { "\($0)" }
    // The mailboxes first: who learns of it in a collective must not be able to send any more.
    for mailbox in mailboxes {
      mailbox.end(rank, failure: message.map { .rankFailed(rank: rank, message: $0) })
    }
    wake(state.withLock { $0.end(rank, message: message) })
  }

  private func wake(_ ranks: [Int]) {
    for rank in ranks { wakers[rank].signal() }
  }
}
