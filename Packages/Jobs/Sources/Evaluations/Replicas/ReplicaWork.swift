import Basics
import Sharding

/// Work for the replica of rank 0.
struct DeskWork: WorkSource {
  let desk: Desk
  let replica: Int

  func next(rows: Int) throws -> Range<Int>? { try desk.next(for: replica, rows: rows) }
}

/// Work for another replica, asked of rank 0.
struct DistantWork: WorkSource {
  let communicator: any Communicator

  func next(rows: Int) throws -> Range<Int>? {
    try communicator.send(WorkMessage.want(rows: rows).bytes, to: 0, named: Desk.mailbox)
    guard case .portion(let places) = try WorkMessage(communicator.receive(named: Desk.mailbox).bytes) else {
      throw ByteError()
    }
    return places.isEmpty ? nil : places
  }
}

/// The work of a replica, which its first shard is dealt and tells the others.
struct SharedWork: WorkSource {
  /// On the first shard.
  var source: (any WorkSource)?
  /// The shards of the replica.
  let shards: any Communicator

  mutating func next(rows: Int) throws -> Range<Int>? {
    guard shards.size > 1 else { return try source?.next(rows: rows) }
    let portion = try source?.next(rows: rows) ?? 0..<0
    let told = try WorkMessage(
      shards.broadcast(WorkMessage.portion(portion).bytes, from: 0, named: "portion of the plan"))
    guard case .portion(let places) = told else { throw ByteError() }
    return places.isEmpty ? nil : places
  }
}
