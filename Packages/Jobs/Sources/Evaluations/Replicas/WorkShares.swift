/// Who walks which part of a trie: a contiguous share for each replica, and whoever has done his own takes from another's
/// end.
///
/// Cost is counted in tokens: rows that are read, and tokens that may be written after them.
struct WorkShares: Sendable {
  private let trie: PrefixTrie
  /// By place: the cost of all places before it.
  private let costs: [Int]
  /// By replica: places that are dealt to it and not begun.
  private(set) var rest: [Range<Int>]
  /// By replica: the last place that it took.
  private var last: [Int?]

  /// Cuts the trie into shares of about equal cost, where little is shared.
  init(_ plan: Plan, replicas: Int) {
    trie = plan.trie
    var costs = [0]
    for (place, request) in trie.order.enumerated() {
      costs.append(costs[place] + trie.rows(at: place).count + plan.requests[request].mostWritten)
    }
    self.costs = costs
    rest = []
    last = Array(repeating: nil, count: replicas)
    let share = costs[trie.order.count] / replicas
    var start = 0
    for replica in 1...replicas {
      let places = start..<trie.order.count
      let end =
        replica == replicas ? places.upperBound : cut(places, at: share * replica, tolerance: share / 4)
      rest.append(start..<end)
      start = end
    }
  }

  /// Cost of what nobody has begun.
  var costLeft: Int { rest.reduce(0) { $0 + cost($1) } }

  /// The next places for a replica: its own in order, then the latter half of what another has left.
  ///
  /// - Parameter rows: How many rows its pass has room for. Towards the end it gets less, so that all end together.
  /// - Returns: `nil` when nothing is left that is worth its while.
  mutating func take(_ replica: Int, rows: Int) -> Range<Int>? {
    if rest[replica].isEmpty, !steal(for: replica) { return nil }
    let most = max(costLeft / (2 * rest.count), Self.leastPortion)
    let own = rest[replica]
    var end = own.lowerBound + 1
    func isWanted(_ end: Int) -> Bool {
      trie.firstRow[end] - trie.firstRow[own.lowerBound] < rows && cost(own.lowerBound..<end) < most
    }
    while end < own.upperBound, isWanted(end) { end += 1 }
    rest[replica] = end..<own.upperBound
    last[replica] = end - 1
    return own.lowerBound..<end
  }

  /// The least cost that a portion is made smaller than a pass for.
  private static let leastPortion = 128

  /// - Returns: Whether there was enough to be worth the prefix that has to be computed again.
  private mutating func steal(for thief: Int) -> Bool {
    guard let victim = rest.indices.max(by: { cost(rest[$0]) < cost(rest[$1]) }), !rest[victim].isEmpty else {
      return false
    }
    let places = rest[victim]
    let half = cost(places) / 2
    let middle = cut(places, at: costs[places.lowerBound] + half, tolerance: half / 4)
    let start =
      places.count == 1 ? places.lowerBound : min(max(middle, places.lowerBound + 1), places.upperBound - 1)
    let known = last[thief].map { trie.common($0, start) } ?? 0
    guard cost(start..<places.upperBound) > max(trie.shared[start] - known, 0) else { return false }
    rest[victim] = places.lowerBound..<start
    rest[thief] = start..<places.upperBound
    return true
  }

  private func cost(_ places: Range<Int>) -> Int { costs[places.upperBound] - costs[places.lowerBound] }

  /// The place of a range before which little is shared, and about `target` of the cost; its end where `target` is.
  ///
  /// A row that is computed twice weighs as much as four that one side has more than the other: those can be taken back.
  private func cut(_ places: Range<Int>, at target: Int, tolerance: Int) -> Int {
    let first = place(in: places, withCost: target - tolerance)
    let near = (first..<places.upperBound).prefix { costs[$0] <= target + tolerance }
    return near.min { weight($0, target) < weight($1, target) } ?? place(in: places, withCost: target)
  }

  /// The first place with so much before it, or the range's end.
  private func place(in places: Range<Int>, withCost cost: Int) -> Int {
    var (low, high) = (places.lowerBound, places.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if costs[middle] < cost { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func weight(_ place: Int, _ target: Int) -> Int {
    4 * trie.shared[place] + abs(costs[place] - target)
  }
}

extension Request {
  /// The most tokens that an answer writes.
  fileprivate var mostWritten: Int {
    guard case .generate(let request) = self else { return 0 }
    return max(request.limit, 0)
  }
}
