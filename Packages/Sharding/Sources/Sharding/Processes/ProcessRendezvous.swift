internal import Dispatch
internal import Foundation
internal import Synchronization
internal import TensorCore

/// Where one process meets the others of its run: each sends to every other member of the group what it brings for it.
///
/// n·(n−1) packets a sequence, in one step. Every packet names what it belongs to, so that ranks that disagree receive an error, and
/// no library is ever handed buffers that do not fit.
final class ProcessRendezvous: Rendezvous, PacketReceiver {
  let mesh: Mesh
  let rank: Int
  private let patience: Duration?
  private let mailboxes: Mailboxes
  private let state: Mutex<ProcessRendezvousState>
  private let transport = Mutex<(any PacketTransport)?>(nil)
  private let waker = DispatchSemaphore(value: 0)

  init(mesh: Mesh, rank: Int, patience: Duration?) {
    self.mesh = mesh
    self.rank = rank
    self.patience = patience
    mailboxes = Mailboxes(of: rank, count: mesh.count, patience: patience)
    state = Mutex(ProcessRendezvousState(mesh: mesh, rank: rank))
  }

  /// - Parameter transport: What carries this rank's packets from now on.
  func begin(over transport: any PacketTransport) {
    self.transport.withLock { $0 = transport }
    mailboxes.bodyBegins()
  }

  func sharesSums(of byteCount: Int, among members: Int) -> Bool {
    ProcessMesh.sharesSums(of: byteCount, among: members)
  }

  func meet(
    _ arrival: Arrival, in group: RankGroup, member: Int, rank: Int
  ) throws(CommunicatorError) -> [Arrival] {
    let pending = state.withLock { $0.arrive(arrival, in: group) }
    return try hurrying { () throws(CommunicatorError) in
      for (number, other) in pending.members.enumerated() where other != rank {
        let payload = arrival.tensors.isEmpty ? nil : arrival.tensor(for: number)
        send(Packet(pending.content, payload: payload), to: other)
      }
      return try wait(for: pending)
    }
  }

  private func wait(for pending: ProcessRendezvousState.PendingCollective) throws(CommunicatorError)
    -> [Arrival]
  {
    let deadline = patience.map { DispatchTime.now() + $0.seconds }
    var waited: Duration?
    while true {
      if let outcome = state.withLock({ $0.outcome(of: pending, waited: waited) }) {
        return try outcome.get()
      }
      if waker.wait(timeout: deadline ?? .distantFuture) == .timedOut { waited = patience }
    }
  }

  func send(_ bytes: [UInt8], from sender: Int, to rank: Int, named name: String) throws(CommunicatorError) {
    try mailboxes.checkBeforeSending(named: name)
    if rank == self.rank {
      mailboxes.post(Message(sender: rank, bytes: bytes), named: name)
    } else {
      let payload = Tensor(shape: [bytes.count], elementType: .uint8, copying: bytes.span.bytes)
      send(Packet(.message(name: name), payload: payload), to: rank)
    }
  }

  func receive(at rank: Int, named name: String) throws(CommunicatorError) -> Message {
    let missing = { @Sendable [self] in state.withLock { $0.silent } }
    guard mailboxes.isBodyThread else { return try mailboxes.take(named: name, missing: missing) }
    return try hurrying { () throws(CommunicatorError) in try mailboxes.take(named: name, missing: missing) }
  }

  /// Reports to all ranks that this one's body has thrown `error`, or returned, and waits until all others have ended too: after an
  /// error as long as the patience of the run, else as long as they take.
  ///
  /// - Parameter status: With which this process ends for the error.
  /// - Returns: Whether they have: not if the transport failed, or the patience has ended.
  func end(with error: (any Error)?, status: Int32?) -> Bool {
    let failure = error.map { cause(of: $0, status: status) }
    mailboxes.end(rank, failure: failure?.reason)
    for other in 0..<mesh.count where other != rank { send(Packet(.end(failure: failure)), to: other) }
    let deadline = failure == nil ? nil : patience.map { DispatchTime.now() + $0.seconds }
    while true {
      if let isOver = state.withLock({ $0.isOver }) { return isOver }
      if waker.wait(timeout: deadline ?? .distantFuture) == .timedOut { return false }
    }
  }

  /// Whom to name for an error of this rank's body: the rank that failed first, which the others may not have seen yet.
  private func cause(of error: any Error, status: Int32?) -> Packet.Failure {
    if case .rankFailed(let rank, let message, let status)? = (error as? CommunicatorError)?.reason {
      return Packet.Failure(rank: rank, message: message, status: status)
    }
    return Packet.Failure(rank: rank, message: "\(error)", status: status)
  }

  func receive(_ packet: Packet, from sender: Int) {
    switch packet.content {
    case .message(let name):
      let bytes = packet.payload?.withBytes { bytes in bytes.withUnsafeBytes { Array($0) } } ?? []
      mailboxes.post(Message(sender: sender, bytes: bytes), named: name)
      return
    case .end(let failure):
      mailboxes.end(sender, failure: failure?.reason)
    case .arrival: break
    }
    guard state.withLock({ $0.receive(packet, from: sender) }) else { return }
    transport.withLock { $0 }?.hurry(false)  // the core that looked for packets is the body's again
    waker.signal()
  }

  func transportFailed(_ reason: String) {
    mailboxes.fail(.transport(reason))
    state.withLock { $0.fail(.transport(reason)) }
    waker.signal()
  }

  private func send(_ packet: Packet, to rank: Int) {
    transport.withLock { $0 }?.send(packet, to: rank)
  }

  private func hurrying<Value>(_ body: () throws(CommunicatorError) -> Value) throws(CommunicatorError)
    -> Value
  {
    let transport = transport.withLock { $0 }
    transport?.hurry(true)
    defer { transport?.hurry(false) }
    return try body()
  }
}
