/// Sequences in lexicographic order, which is a prefix trie without nodes: subtrees are neighbours, and what a sequence
/// shares with any before it, it shares with the one just before.
///
/// A *row* is one id of the trie: what a model must read once, however many sequences it belongs to. Rows are numbered
/// depth first, so that a row's ancestors have lower numbers.
struct PrefixTrie: Sendable {
  /// All ids, sequence after sequence as they were given.
  private let arena: [Int32]
  /// Where each sequence begins in the arena, and where the last ends.
  private let bounds: [Int]
  /// Which sequence stands at each place of the order.
  let order: [Int]
  /// At each place, how many ids it has in common with the place before.
  let shared: [Int]
  /// The first row of each place, and one beyond the last.
  let firstRow: [Int]

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
    var firstRow = [0]
    for (place, sequence) in order.enumerated() {
      shared.append(place == 0 ? 0 : common(ids(order[place - 1]), ids(sequence)))
      firstRow.append(firstRow[place] + ids(sequence).count - shared[place])
    }
    (self.arena, self.bounds, self.order, self.shared, self.firstRow) = (
      arena, bounds, order, shared, firstRow
    )
  }

  /// How many rows there are: what is left of ``idCount`` when each prefix is read once.
  var rowCount: Int { firstRow[order.count] }
  var idCount: Int { arena.count }

  func ids(at place: Int) -> ArraySlice<Int32> {
    arena[bounds[order[place]]..<bounds[order[place] + 1]]
  }

  /// The rows that a place adds to those before it.
  func rows(at place: Int) -> Range<Int> { firstRow[place]..<firstRow[place + 1] }

  /// How many ids two places have in common.
  func common(_ a: Int, _ b: Int) -> Int {
    guard a != b else { return ids(at: a).count }
    return shared[min(a, b) + 1...max(a, b)].min() ?? 0
  }

  /// Calls `body` for each place in order with the rows of its ids, from the first id to the last.
  func forEachPath(_ body: (_ sequence: Int, _ rows: [Int]) -> Void) {
    var path: [Int] = []
    for place in order.indices {
      path.removeSubrange(shared[place]...)
      path += firstRow[place]..<firstRow[place + 1]
      body(order[place], path)
    }
  }
}
