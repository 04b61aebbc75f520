/// The state of the rendezvous of one process's groups, and of the other processes. A plain value: it neither waits nor wakes.
///
/// Packets may come before this rank does: they are kept until it takes the sequence's arrivals.
struct ProcessRendezvousState: Sendable {
  /// This rank's place in one sequence.
  struct PendingCollective: Sendable {
    fileprivate let key: Key
    let members: [Int]
    let content: Packet.Content
    let collective: Collective
  }

  fileprivate struct Key: Hashable {
    let group: RankGroup
    let number: Int
  }

  private let mesh: Mesh
  private let rank: Int
  private var failure: CommunicatorError.Reason?
  private var transportHasFailed = false
  private var hasEnded: [Bool]
  private var hasReturned: [Bool]
  /// The last collective of each rank of which a packet has come.
  private var lastReceived: [Collective?]
  private var numbers: [RankGroup: Int] = [:]
  /// What has come to each sequence, by rank.
  private var arrivals: [Key: [Int: Arrival]] = [:]
  /// The sequence for which the body waits, or last did.
  private var awaited: PendingCollective?

  init(mesh: Mesh, rank: Int) {
    self.mesh = mesh
    self.rank = rank
    hasEnded = Array(repeating: false, count: mesh.count)
    hasReturned = hasEnded
    lastReceived = Array(repeating: nil, count: mesh.count)
  }

  /// Notes that this rank comes to the next sequence of `group`.
  mutating func arrive(_ arrival: Arrival, in group: RankGroup) -> PendingCollective {
    let number = numbers[group, default: 0]
    numbers[group] = number + 1
    let key = Key(group: group, number: number)
    arrivals[key, default: [:]][rank] = arrival
    var axis: MeshAxis?
    if case .along(let meshAxis, _) = group { axis = meshAxis }
    let members = axis.map { mesh.group(of: rank, along: $0) } ?? Array(0..<mesh.count)
    let content = Packet.Content.arrival(
      arrival.collective, root: arrival.root, shape: arrival.shape, axis: axis, number: number)
    let pending = PendingCollective(
      key: key, members: members, content: content, collective: arrival.collective)
    awaited = pending
    return pending
  }

  /// Notes what another rank sent: an arrival, or its end.
  ///
  /// - Returns: Whether that may be what the body waits for.
  mutating func receive(_ packet: Packet, from sender: Int) -> Bool {
    switch packet.content {
    case .arrival(let collective, let root, let shape, let axis, let number):
      let place = mesh.coordinate(of: rank)
      let group = axis.map { RankGroup.along($0, other: $0 == .batch ? place.shard : place.batch) } ?? .all
      let tensors = packet.payload.map { [$0] } ?? []
      arrivals[Key(group: group, number: number), default: [:]][sender] = Arrival(
        collective.kind, collective.name, tensors, root: root, shape: shape)
      lastReceived[sender] = collective
      return awaited.map { pending in pending.members.allSatisfy { arrivals[pending.key]?[$0] != nil } }
        ?? false
    case .end(let failure):
      hasEnded[sender] = true
      hasReturned[sender] = failure == nil
      if let failure { fail(failure.reason) }
      return true
    case .message: return false
    }
  }

  /// Notes why nothing will come about any more. The first reason stays.
  mutating func fail(_ reason: CommunicatorError.Reason) {
    if case .transport = reason { transportHasFailed = true }
    failure = failure ?? reason
  }

  /// How the pending's sequence ended; `nil` while others may still come.
  ///
  /// - Parameter waited: Set when the rank's patience has ended.
  mutating func outcome(of pending: PendingCollective, waited: Duration?) -> Result<
    [Arrival], CommunicatorError
  >? {
    let present = arrivals[pending.key] ?? [:]
    let missing = pending.members.filter { present[$0] == nil }
    if missing.isEmpty {
      arrivals[pending.key] = nil
      let all = pending.members.compactMap { present[$0] }
      guard let reason = Arrival.disagreement(all, of: pending.members) else { return .success(all) }
      return .failure(CommunicatorError(pending.collective, rank: rank, reason: reason))
    }
    guard let reason = hopelessness(missing, waited: waited) else { return nil }
    // A rank that stops waiting has left a collective that others may still come to: nothing after it is paired rightly.
    if case .timedOut = reason { fail(reason) }
    return .failure(CommunicatorError(pending.collective, rank: rank, reason: reason))
  }

  /// Whether all other ranks have ended; `nil` while that may still come, `false` when it cannot.
  var isOver: Bool? {
    if hasEnded.indices.allSatisfy({ $0 == rank || hasEnded[$0] }) { return true }
    return transportHasFailed ? false : nil
  }

  private func hopelessness(_ missing: [Int], waited: Duration?) -> CommunicatorError.Reason? {
    if let failure { return failure }
    if let gone = missing.first(where: { hasReturned[$0] }) { return .rankReturned(rank: gone) }
    return waited.map { .timedOut(seconds: $0.seconds, missing: missing.map(describe)) }
  }

  /// The ranks that a message may still come from: those that neither have ended nor wait for this one.
  var silent: [String] {
    let waiting = arrivals.values.filter { $0[rank] == nil }.flatMap(\.keys)
    return hasEnded.indices.filter { $0 != rank && !hasEnded[$0] && !waiting.contains($0) }.map(describe)
  }

  private func describe(_ rank: Int) -> String {
    let last = lastReceived[rank].map { "last packet in \($0)" } ?? "no packet yet"
    return "rank \(rank) (\(last))"
  }
}
