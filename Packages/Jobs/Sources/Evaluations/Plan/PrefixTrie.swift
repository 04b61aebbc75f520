/// A prefix trie of token sequences, laid out flat: the sequences in lexicographic order, so that subtrees are ranges, and
/// what a sequence shares with any before it, it shares with the one just before.
///
/// A *node* is one id of the trie: a model reads it once, however many sequences pass through it. Nodes are numbered
/// depth first, so that an ancestor has a lower number. A *leaf* is the end of one sequence; leaves are numbered in order.
struct PrefixTrie: Sendable {
  /// All ids, sequence after sequence as they were given.
  private let arena: [Int32]
  /// Where each sequence begins in the arena, and where the last ends.
  private let bounds: [Int]
  /// By leaf: the sequence that ends there.
  let order: [Int]
  /// By leaf: how many ids its sequence has in common with the one before.
  let shared: [Int]
  /// By leaf: its first own node; and one beyond the last.
  let firstNode: [Int]

  init(_ sequences: some Collection<[Int32]>) {
    var arena: [Int32] = []
    arena.reserveCapacity(sequences.reduce(0) { $0 + $1.count })
    var bounds = [0]
    for sequence in sequences {
      arena += sequence
      bounds.append(arena.count)
    }
    func ids(_ sequence: Int) -> Range<Int> { bounds[sequence]..<bounds[sequence + 1] }
    func common(_ a: Range<Int>, _ b: Range<Int>) -> Int {
      let limit = min(a.count, b.count)
      var count = 0
      while count < limit, arena[a.lowerBound + count] == arena[b.lowerBound + count] { count += 1 }
      return count
    }
    let order = (0..<sequences.count).sorted { a, b in
      let (first, second) = (ids(a), ids(b))
      let count = common(first, second)
      guard count < first.count, count < second.count else { return (first.count, a) < (second.count, b) }
      return arena[first.lowerBound + count] < arena[second.lowerBound + count]
    }
    var shared: [Int] = []
    var firstNode = [0]
    for (leaf, sequence) in order.enumerated() {
      shared.append(leaf == 0 ? 0 : common(ids(order[leaf - 1]), ids(sequence)))
      firstNode.append(firstNode[leaf] + ids(sequence).count - shared[leaf])
    }
    (self.arena, self.bounds, self.order, self.shared, self.firstNode) = (
      arena, bounds, order, shared, firstNode
    )
  }

  /// How many nodes there are: what is left of ``idCount`` when each prefix is read once.
  var nodeCount: Int { firstNode[order.count] }
  var idCount: Int { arena.count }

  func ids(of leaf: Int) -> ArraySlice<Int32> {
    arena[bounds[order[leaf]]..<bounds[order[leaf] + 1]]
  }

  /// The nodes that a leaf's sequence adds to those before it.
  func nodes(of leaf: Int) -> Range<Int> { firstNode[leaf]..<firstNode[leaf + 1] }

  /// How many ids the sequences of two leaves have in common.
  func common(_ a: Int, _ b: Int) -> Int {
    guard a != b else { return ids(of: a).count }
    return shared[min(a, b) + 1...max(a, b)].min() ?? 0
  }

  /// Calls `body` for each sequence, in the order of leaves, with the nodes of its ids from the first id to the last.
  func forEachPath(_ body: (_ sequence: Int, _ nodes: [Int]) -> Void) {
    var path: [Int] = []
    for leaf in order.indices {
      path.removeSubrange(shared[leaf]...)
      path += firstNode[leaf]..<firstNode[leaf + 1]
      body(order[leaf], path)
    }
  }
}
