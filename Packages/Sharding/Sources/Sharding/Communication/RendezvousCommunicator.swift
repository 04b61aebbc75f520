internal import TensorCore

/// One rank of a ``ThreadMesh`` or a ``ProcessMesh``, or of a group along one axis of it.
struct RendezvousCommunicator: Communicator {
  let mesh: Mesh
  let rank: Int
  private let place: any Rendezvous
  private let group: RankGroup
  /// This rank over the whole run.
  private let worldRank: Int

  /// The communicator of `rank` over all ranks.
  init(at place: any Rendezvous, rank: Int) {
    self.init(at: place, group: .all, mesh: place.mesh, rank: rank, worldRank: rank)
  }

  private init(at place: any Rendezvous, group: RankGroup, mesh: Mesh, rank: Int, worldRank: Int) {
    self.place = place
    self.group = group
    self.mesh = mesh
    self.rank = rank
    self.worldRank = worldRank
  }

  func allReduce(_ tensor: inout Tensor, named name: String) throws(CommunicatorError) {
    precondition(tensor.elementType == .float32, "allReduce of \(tensor.elementType)")
    if size > 1 && place.sharesSums(of: tensor.byteCount, among: size) {
      return try allReduceInShares(&tensor, named: name)
    }
    let arrivals = try meet(Arrival(.allReduce, name, [tensor], shape: tensor.shape))
    if size > 1 { tensor = sum(arrivals) }
  }

  /// Each rank adds up its share of the elements and gives the sum to all: 2·(n−1)/n of the bytes leave a rank, and not
  /// n−1 times them. Element by element the same additions in the same order.
  private func allReduceInShares(_ tensor: inout Tensor, named name: String) throws(CommunicatorError) {
    let flat = tensor.reshaped([tensor.count])
    let ranges = (0..<size).map { tensor.count * $0 / size..<tensor.count * ($0 + 1) / size }
    let shares = ranges.map { flat.rows($0) }
    let terms = try meet(Arrival(.allReduce, name, shares, shape: tensor.shape, isAddressed: true))
    let sums = try meet(Arrival(.allReduce, name, [sum(terms)], shape: tensor.shape))
    var joined = Tensor(zeros: [tensor.count])
    for (range, arrival) in zip(ranges, sums) { joined.scatter(arrival.tensor(for: rank), into: [range]) }
    tensor = joined.reshaped(tensor.shape)
  }

  /// ((t₀ + t₁) + t₂) + … of what at least two ranks brought.
  private func sum(_ arrivals: [Arrival]) -> Tensor {
    let terms = arrivals.map { $0.tensor(for: rank) }
    return terms.dropFirst(2).reduce(into: terms[0].adding(terms[1])) { $0.add($1) }
  }

  func allGather(_ tensor: Tensor, named name: String) throws(CommunicatorError) -> [Tensor] {
    try meet(Arrival(.allGather, name, [tensor])).map { $0.tensor(for: rank) }
  }

  func broadcast(_ tensor: inout Tensor, from root: Int, named name: String) throws(CommunicatorError) {
    precondition((0..<size).contains(root), "broadcast from rank \(root) of \(size)")
    let arrivals = try meet(Arrival(.broadcast, name, rank == root ? [tensor] : [], root: root))
    tensor = arrivals[root].tensor(for: rank)
  }

  func scatter(_ tensors: [Tensor], from root: Int, named name: String) throws(CommunicatorError) -> Tensor {
    precondition((0..<size).contains(root), "scatter from rank \(root) of \(size)")
    precondition(
      rank != root || tensors.count == size, "scatter of \(tensors.count) tensors to \(size) ranks")
    let arrivals = try meet(
      Arrival(.scatter, name, rank == root ? tensors : [], root: root, isAddressed: true))
    return arrivals[root].tensor(for: rank)
  }

  func gather(_ tensor: Tensor, to root: Int, named name: String) throws(CommunicatorError) -> [Tensor] {
    precondition((0..<size).contains(root), "gather to rank \(root) of \(size)")
    let nothing = Tensor(zeros: [0], elementType: tensor.elementType)
    let tensors = (0..<size).map { $0 == root ? tensor : nothing }
    let arrivals = try meet(Arrival(.gather, name, tensors, root: root, isAddressed: true))
    return rank == root ? arrivals.map { $0.tensor(for: rank) } : []
  }

  func barrier(named name: String) throws(CommunicatorError) {
    _ = try meet(Arrival(.barrier, name))
  }

  func send(_ bytes: [UInt8], to rank: Int, named name: String) throws(CommunicatorError) {
    precondition(group == .all, "messages go between all ranks, not along an axis")
    precondition((0..<size).contains(rank), "send to rank \(rank) of \(size)")
    try place.send(bytes, from: worldRank, to: rank, named: name)
  }

  func receive(named name: String) throws(CommunicatorError) -> Message {
    precondition(group == .all, "messages go between all ranks, not along an axis")
    return try place.receive(at: worldRank, named: name)
  }

  func along(_ axis: MeshAxis) -> any Communicator {
    let part = mesh.along(axis)
    if part == mesh { return self }
    if part.count == 1 { return SoloCommunicator() }
    let coordinate = mesh.coordinate(of: rank)
    let group = RankGroup.along(axis, other: axis == .batch ? coordinate.shard : coordinate.batch)
    return RendezvousCommunicator(
      at: place, group: group, mesh: part, rank: coordinate[axis], worldRank: worldRank)
  }

  private func meet(_ arrival: Arrival) throws(CommunicatorError) -> [Arrival] {
    try place.meet(arrival, in: group, member: rank, rank: worldRank)
  }
}
