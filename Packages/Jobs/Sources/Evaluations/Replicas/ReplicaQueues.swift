import Basics
import Sharding

/// The work of the replica of rank 0.
struct LocalQueue: WorkQueue {
  let coordinator: Coordinator
  let replica: Int

  func next(rows: Int) throws -> Range<Int>? { try coordinator.next(for: replica, rows: rows) }
}

/// The work of another replica, requested from rank 0 by messages.
struct RemoteQueue: WorkQueue {
  let communicator: any Communicator

  func next(rows: Int) throws -> Range<Int>? {
    try communicator.send(WorkMessage.want(rows: rows).bytes, to: 0, named: Coordinator.mailbox)
    guard case .chunk(let leaves) = try WorkMessage(communicator.receive(named: Coordinator.mailbox).bytes)
    else {
      throw ByteError()
    }
    return leaves.isEmpty ? nil : leaves
  }
}

/// The work of a replica of several shards: the first shard takes it and broadcasts it to the others.
struct ShardedQueue: WorkQueue {
  /// On the first shard.
  var source: (any WorkQueue)?
  /// The shards of the replica.
  let shards: any Communicator

  mutating func next(rows: Int) throws -> Range<Int>? {
    guard shards.size > 1 else { return try source?.next(rows: rows) }
    let chunk = try source?.next(rows: rows) ?? 0..<0
    let received = try WorkMessage(
      shards.broadcast(WorkMessage.chunk(chunk).bytes, from: 0, named: "chunk of the plan"))
    guard case .chunk(let leaves) = received else { throw ByteError() }
    return leaves.isEmpty ? nil : leaves
  }
}
