internal import TensorCore

/// One rank of a ``ThreadMesh``, or of a group along one axis of it.
struct ThreadCommunicator: Communicator {
  let mesh: Mesh
  let rank: Int
  private let meetings: Meetings
  private let group: RankGroup
  /// This rank over the whole run.
  private let worldRank: Int

  /// The communicator of `rank` over all ranks.
  init(meetings: Meetings, rank: Int) {
    self.init(meetings: meetings, group: .all, mesh: meetings.mesh, rank: rank, worldRank: rank)
  }

  private init(meetings: Meetings, group: RankGroup, mesh: Mesh, rank: Int, worldRank: Int) {
    self.meetings = meetings
    self.group = group
    self.mesh = mesh
    self.rank = rank
    self.worldRank = worldRank
  }

  func allReduce(_ tensor: inout Tensor, named name: String) throws(CommunicatorError) {
    precondition(tensor.elementType == .float32, "allReduce of \(tensor.elementType)")
    let terms = try meet(Arrival(.allReduce, name, [tensor], shape: tensor.shape)).map { $0.tensors[0] }
    guard terms.count > 1 else { return }
    tensor = terms.dropFirst(2).reduce(into: terms[0].adding(terms[1])) { $0.add($1) }
  }

  func allGather(_ tensor: Tensor, named name: String) throws(CommunicatorError) -> [Tensor] {
    try meet(Arrival(.allGather, name, [tensor])).map { $0.tensors[0] }
  }

  func broadcast(_ tensor: inout Tensor, from root: Int, named name: String) throws(CommunicatorError) {
    precondition((0..<size).contains(root), "broadcast from rank \(root) of \(size)")
    let arrivals = try meet(Arrival(.broadcast, name, rank == root ? [tensor] : [], root: root))
    tensor = arrivals[root].tensors[0]
  }

  func scatter(_ tensors: [Tensor], from root: Int, named name: String) throws(CommunicatorError) -> Tensor {
    precondition((0..<size).contains(root), "scatter from rank \(root) of \(size)")
    precondition(
      rank != root || tensors.count == size, "scatter of \(tensors.count) tensors to \(size) ranks")
    let arrivals = try meet(Arrival(.scatter, name, rank == root ? tensors : [], root: root))
    return arrivals[root].tensors[rank]
  }

  func barrier(named name: String) throws(CommunicatorError) {
    _ = try meet(Arrival(.barrier, name))
  }

  func send(_ bytes: [UInt8], to rank: Int, named name: String) throws(CommunicatorError) {
    precondition(group == .all, "messages go between all ranks, not along an axis")
    precondition((0..<size).contains(rank), "send to rank \(rank) of \(size)")
    try meetings.mailboxes[worldRank].checkBeforeSending(named: name)
    meetings.mailboxes[rank].post(Message(sender: worldRank, bytes: bytes), named: name)
  }

  func receive(named name: String) throws(CommunicatorError) -> Message {
    precondition(group == .all, "messages go between all ranks, not along an axis")
    return try meetings.mailboxes[worldRank].take(named: name)
  }

  func along(_ axis: MeshAxis) -> any Communicator {
    let part = mesh.along(axis)
    if part == mesh { return self }
    if part.count == 1 { return SoloCommunicator() }
    let place = mesh.coordinate(of: rank)
    let group = RankGroup.along(axis, other: axis == .batch ? place.shard : place.batch)
    return ThreadCommunicator(
      meetings: meetings, group: group, mesh: part, rank: place[axis], worldRank: worldRank)
  }

  private func meet(_ arrival: Arrival) throws(CommunicatorError) -> [Arrival] {
    try meetings.meet(arrival, in: group, member: rank, rank: worldRank)
  }
}
