/// Ranks that communicate with each other.
enum RankGroup: Hashable, Sendable {
  case all
  /// The ranks along an axis, for one coordinate on the other axis.
  case along(MeshAxis, other: Int)
}

/// Who has come to which collective, and what became of each rank. A plain value: it neither waits nor wakes.
///
/// Each group has one open sequence. It closes when the last member has come, and the next one opens at once; the outcome
/// is kept until every member has taken it, which it does before it can come to the next sequence.
struct RendezvousState: Sendable {
  /// One rank's place in one sequence.
  struct PendingCollective: Sendable {
    let group: RankGroup
    let member: Int
    let rank: Int
    let collective: Collective
    /// Which sequence of the group, counted from 0.
    let number: Int
  }

  private enum Whereabouts: Sendable, Equatable {
    case computing(after: Collective?)
    case waiting(Collective)
    case returned
    case failed
  }

  private var whereabouts: [Whereabouts]
  /// Ranks that sleep, or are about to, until something changes for them.
  private var parked: Set<Int> = []
  private var failure: CommunicatorError.Reason?
  /// The first rank that stopped waiting. It has left a collective that others may still come to, so nothing after that
  /// can be paired rightly, even where its code goes on.
  private var impatient: (rank: Int, error: CommunicatorError)?
  private var rendezvous: [RankGroup: CollectiveSequence] = [:]

  init(mesh: Mesh) {
    whereabouts = Array(repeating: .computing(after: nil), count: mesh.count)
    rendezvous[.all] = CollectiveSequence(Array(0..<mesh.count))
    for shard in 0..<mesh.shard {
      let first = mesh.rank(at: Mesh.Coordinate(batch: 0, shard: shard))
      rendezvous[.along(.batch, other: shard)] = CollectiveSequence(mesh.group(of: first, along: .batch))
    }
    for batch in 0..<mesh.batch {
      let first = mesh.rank(at: Mesh.Coordinate(batch: batch, shard: 0))
      rendezvous[.along(.shard, other: batch)] = CollectiveSequence(mesh.group(of: first, along: .shard))
    }
  }

  /// Brings `arrival` to the open sequence of `group`.
  ///
  /// - Returns: What ``outcome(of:waited:)`` takes, and the ranks to wake.
  mutating func arrive(
    _ arrival: Arrival, in group: RankGroup, member: Int, rank: Int
  ) -> (pending: PendingCollective, ready: [Int]) {
    whereabouts[rank] = .waiting(arrival.collective)
    let pending = PendingCollective(
      group: group, member: member, rank: rank, collective: arrival.collective,
      number: rendezvous[group]!.number)
    guard impatient == nil else { return (pending, []) }
    let isComplete = rendezvous[group]!.arrive(arrival, member: member)
    return (pending, isComplete ? unpark(rendezvous[group]!.members) : [])
  }

  /// How the pending's sequence ended; `nil`, and the rank counts as parked, while others may still come.
  ///
  /// - Parameter waited: Set when the rank's patience has ended.
  mutating func outcome(of pending: PendingCollective, waited: Duration?) -> Result<
    [Arrival], CommunicatorError
  >? {
    if let arrivals = rendezvous[pending.group]!.takeArrivals(of: pending.number) {
      whereabouts[pending.rank] = .computing(after: pending.collective)
      let members = rendezvous[pending.group]!.members
      guard let reason = Arrival.disagreement(arrivals, of: members) else { return .success(arrivals) }
      return .failure(error(pending, reason))
    }
    guard let reason = hopelessness(of: pending, waited: waited) else {
      parked.insert(pending.rank)
      return nil
    }
    rendezvous[pending.group]!.withdraw(pending.member)
    let error = error(pending, reason)
    if case .timedOut = reason, impatient == nil { impatient = (pending.rank, error) }
    return .failure(error)
  }

  /// Why an open sequence will not close, or `nil` while it may.
  private func hopelessness(of pending: PendingCollective, waited: Duration?) -> CommunicatorError.Reason? {
    if let impatient, impatient.rank == pending.rank { return impatient.error.reason }
    if let failure { return failure }
    if let impatient { return .rankFailed(rank: impatient.rank, message: "\(impatient.error)") }
    let missing = rendezvous[pending.group]!.missing
    if let gone = missing.first(where: { whereabouts[$0] == .returned }) { return .rankReturned(rank: gone) }
    return waited.map { .timedOut(seconds: $0.seconds, missing: missing.map(describe)) }
  }

  /// Notes that `rank` has thrown `message`, or returned if `nil`.
  ///
  /// - Returns: The ranks to wake.
  mutating func end(_ rank: Int, message: String?) -> [Int] {
    whereabouts[rank] = message == nil ? .returned : .failed
    if let message, failure == nil { failure = .rankFailed(rank: rank, message: message) }
    return unpark(Array(parked))
  }

  private mutating func unpark(_ ranks: [Int]) -> [Int] {
    ranks.filter { parked.remove($0) != nil }
  }

  private func error(_ pending: PendingCollective, _ reason: CommunicatorError.Reason) -> CommunicatorError {
    CommunicatorError(pending.collective, rank: pending.rank, reason: reason)
  }

  /// The ranks that a message to `rank` may still come from: those that neither have ended nor wait for others.
  func silent(to rank: Int) -> [String] {
    whereabouts.indices.filter { other in
      if other != rank, case .computing = whereabouts[other] { true } else { false }
    }.map(describe)
  }

  private func describe(_ rank: Int) -> String {
    let state =
      switch whereabouts[rank] {
      case .computing(let last?): "computing after \(last)"
      case .computing(nil): "before its first collective"
      case .waiting(let collective): "in \(collective)"
      case .returned: "returned"
      case .failed: "failed"
      }
    return "rank \(rank) (\(state))"
  }
}

/// The collectives of one group: the open one, and the last one until all have taken its arrivals.
private struct CollectiveSequence: Sendable {
  /// The members, counted over the run.
  let members: [Int]
  /// How many rendezvous have closed.
  private(set) var number = 0
  private var arrivals: [Arrival?]
  private var present = 0
  private var closed: [Arrival] = []
  private var untaken = 0

  init(_ members: [Int]) {
    self.members = members
    arrivals = Array(repeating: nil, count: members.count)
  }

  /// The members that the open sequence waits for, counted over the run.
  var missing: [Int] { zip(members, arrivals).filter { $1 == nil }.map(\.0) }

  /// - Returns: Whether that was the last member.
  mutating func arrive(_ arrival: Arrival, member: Int) -> Bool {
    precondition(arrivals[member] == nil, "rank \(members[member]) came to \(arrival) twice")
    arrivals[member] = arrival
    present += 1
    guard present == members.count else { return false }
    closed = arrivals.compactMap { $0 }
    arrivals = Array(repeating: nil, count: members.count)
    untaken = members.count
    present = 0
    number += 1
    return true
  }

  /// Takes back the arrival of a member that stops waiting.
  mutating func withdraw(_ member: Int) {
    guard arrivals[member] != nil else { return }
    arrivals[member] = nil
    present -= 1
  }

  /// The arrivals of sequence `number`, or `nil` if it has not closed.
  mutating func takeArrivals(of number: Int) -> [Arrival]? {
    guard self.number > number else { return nil }
    defer {
      untaken -= 1
      if untaken == 0 { closed = [] }  // lets go of the tensors
    }
    return closed
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
