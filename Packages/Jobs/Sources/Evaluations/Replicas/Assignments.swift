/// Which replica computes which leaves of a trie: each has a contiguous assignment, and an idle replica steals the latter
/// half of the largest remaining one (work stealing).
///
/// - Source: Blumofe and Leiserson 1999, *Scheduling Multithreaded Computations by Work Stealing*.
///
/// Cost is counted in tokens: nodes that are read, and tokens that may be generated after them.
struct Assignments: Sendable {
  private let trie: PrefixTrie
  /// By leaf: the cost of all leaves before it.
  private let costs: [Int]
  /// By replica: leaves that are assigned to it and not begun.
  private(set) var rest: [Range<Int>]
  /// By replica: the last leaf that it took.
  private var last: [Int?]

  /// Cuts the trie into assignments of about equal cost, between leaves that share little.
  init(_ plan: Plan, replicas: Int) {
    trie = plan.trie
    var costs = [0]
    for (leaf, request) in trie.order.enumerated() {
      costs.append(costs[leaf] + trie.nodes(of: leaf).count + plan.requests[request].mostWritten)
    }
    self.costs = costs
    rest = []
    last = Array(repeating: nil, count: replicas)
    let share = costs[trie.order.count] / replicas
    var start = 0
    for replica in 1...replicas {
      let leaves = start..<trie.order.count
      let end =
        replica == replicas ? leaves.upperBound : cut(leaves, at: share * replica, tolerance: share / 4)
      rest.append(start..<end)
      start = end
    }
  }

  /// Cost of all leaves that are not begun.
  var costLeft: Int { rest.reduce(0) { $0 + cost($1) } }

  /// The next chunk for a replica: its own leaves in order, then the latter half of what another replica has left.
  ///
  /// - Parameter rows: How many rows its pass has room for. Towards the end it gets less, so that all end together.
  /// - Returns: `nil` when nothing is left that is worth stealing.
  mutating func take(_ replica: Int, rows: Int) -> Range<Int>? {
    if rest[replica].isEmpty, !steal(for: replica) { return nil }
    let most = max(costLeft / (2 * rest.count), Self.leastChunk)
    let own = rest[replica]
    var end = own.lowerBound + 1
    func isWanted(_ end: Int) -> Bool {
      trie.firstNode[end] - trie.firstNode[own.lowerBound] < rows && cost(own.lowerBound..<end) < most
    }
    while end < own.upperBound, isWanted(end) { end += 1 }
    rest[replica] = end..<own.upperBound
    last[replica] = end - 1
    return own.lowerBound..<end
  }

  /// Chunks of less cost than this are not made smaller.
  private static let leastChunk = 128

  /// - Returns: Whether there was enough to be worth the prefix that has to be computed again.
  private mutating func steal(for thief: Int) -> Bool {
    guard let victim = rest.indices.max(by: { cost(rest[$0]) < cost(rest[$1]) }), !rest[victim].isEmpty else {
      return false
    }
    let leaves = rest[victim]
    let half = cost(leaves) / 2
    let middle = cut(leaves, at: costs[leaves.lowerBound] + half, tolerance: half / 4)
    let start =
      leaves.count == 1 ? leaves.lowerBound : min(max(middle, leaves.lowerBound + 1), leaves.upperBound - 1)
    let known = last[thief].map { trie.common($0, start) } ?? 0
    guard cost(start..<leaves.upperBound) > max(trie.shared[start] - known, 0) else { return false }
    rest[victim] = leaves.lowerBound..<start
    rest[thief] = start..<leaves.upperBound
    return true
  }

  private func cost(_ leaves: Range<Int>) -> Int { costs[leaves.upperBound] - costs[leaves.lowerBound] }

  /// The leaf of a range before which little is shared, and about `target` of the cost; its end where `target` is.
  ///
  /// A row that is computed twice weighs as much as four that one side has more than the other: those can be taken back.
  private func cut(_ leaves: Range<Int>, at target: Int, tolerance: Int) -> Int {
    let first = leaf(in: leaves, withCost: target - tolerance)
    let near = (first..<leaves.upperBound).prefix { costs[$0] <= target + tolerance }
    return near.min { weight($0, target) < weight($1, target) } ?? leaf(in: leaves, withCost: target)
  }

  /// The first leaf with so much before it, or the range's end.
  private func leaf(in leaves: Range<Int>, withCost cost: Int) -> Int {
    var (low, high) = (leaves.lowerBound, leaves.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if costs[middle] < cost { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func weight(_ leaf: Int, _ target: Int) -> Int {
    4 * trie.shared[leaf] + abs(costs[leaf] - target)
  }
}

extension Request {
  /// The most tokens that it generates.
  fileprivate var mostWritten: Int {
    guard case .generate(let request) = self else { return 0 }
    return max(request.limit, 0)
  }
}
