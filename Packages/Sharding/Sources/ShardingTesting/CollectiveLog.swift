public import Sharding
internal import Synchronization
public import TensorCore

/// A communicator that notes every collective and every message before it passes it on.
///
/// Tests of the layers above read from it where a model communicates, and how much.
public final class CollectiveLog: Communicator {
  /// One collective of one rank.
  public struct Entry: Sendable, Equatable {
    public let collective: Collective
    /// Bytes that this rank gave.
    public let byteCount: Int
  }

  private let base: any Communicator
  private let log = Mutex<[Entry]>([])

  /// - Parameter base: Does the work.
  public init(_ base: any Communicator) { self.base = base }

  /// What this rank has called so far; a sub-communicator notes for itself.
  public var entries: [Entry] { log.withLock { $0 } }

  public var mesh: Mesh { base.mesh }
  public var rank: Int { base.rank }

  public func allReduce(_ tensor: inout Tensor, named name: String) throws(CommunicatorError) {
    note(.allReduce, name, [tensor])
    try base.allReduce(&tensor, named: name)
  }

  public func allGather(_ tensor: Tensor, named name: String) throws(CommunicatorError) -> [Tensor] {
    note(.allGather, name, [tensor])
    return try base.allGather(tensor, named: name)
  }

  public func broadcast(_ tensor: inout Tensor, from root: Int, named name: String) throws(CommunicatorError)
  {
    note(.broadcast, name, rank == root ? [tensor] : [])
    try base.broadcast(&tensor, from: root, named: name)
  }

  public func scatter(_ tensors: [Tensor], from root: Int, named name: String) throws(CommunicatorError)
    -> Tensor
  {
    note(.scatter, name, rank == root ? tensors : [])
    return try base.scatter(tensors, from: root, named: name)
  }

  public func gather(_ tensor: Tensor, to root: Int, named name: String) throws(CommunicatorError) -> [Tensor]
  {
    note(.gather, name, [tensor])
    return try base.gather(tensor, to: root, named: name)
  }

  public func barrier(named name: String) throws(CommunicatorError) {
    note(.barrier, name, [])
    try base.barrier(named: name)
  }

  public func send(_ bytes: [UInt8], to rank: Int, named name: String) throws(CommunicatorError) {
    note(.send, name, byteCount: bytes.count)
    try base.send(bytes, to: rank, named: name)
  }

  public func receive(named name: String) throws(CommunicatorError) -> Message {
    note(.receive, name, byteCount: 0)
    return try base.receive(named: name)
  }

  public func along(_ axis: MeshAxis) -> any Communicator { CollectiveLog(base.along(axis)) }

  private func note(_ kind: Collective.Kind, _ name: String, _ tensors: [Tensor]) {
    note(kind, name, byteCount: tensors.reduce(0) { $0 + $1.byteCount })
  }

  private func note(_ kind: Collective.Kind, _ name: String, byteCount: Int) {
    log.withLock { $0.append(Entry(collective: Collective(kind, named: name), byteCount: byteCount)) }
  }
}
