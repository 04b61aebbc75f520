/// Merges the ids of one piece: of all neighbours that may merge the pair of lowest rank, of equals the leftmost, again and
/// again until none is left.
///
/// - Source: Sennrich, Haddow and Birch 2016, *Neural Machine Translation of Rare Words with Subword Units*, §3.2.
struct BytePairMerger: Sendable {
  /// Up to here looking through all pairs is quicker than a heap; beyond, a heap keeps long pieces from costing a square.
  static let shortest = 48
  private static let never = UInt32.max
  /// Marks a place whose id went into its left neighbour.
  private static let gone = Int32.min

  private var ids: [Int32] = []
  /// For short pieces the rank of each id with its right neighbour.
  private var ranks: [UInt32] = []
  /// For long pieces the neighbours of each place, and the pairs that may merge, as rank and place.
  private var previous: [Int32] = []
  private var next: [Int32] = []
  private var heap = MinimumHeap()

  /// Merges the letters of the piece `bytes[range]` and appends the result to `output`.
  mutating func merge(
    _ bytes: [UInt8], in range: Range<Int>, by vocabulary: BytePairVocabulary, into output: inout [Int32]
  ) {
    ids.removeAll(keepingCapacity: true)
    vocabulary.appendLetters(of: bytes, in: range, to: &ids)
    if ids.count <= Self.shortest { mergeShort(vocabulary.merges) } else { mergeLong(vocabulary.merges) }
    vocabulary.append(ids, to: &output)
  }

  private mutating func mergeShort(_ table: MergeTable) {
    guard ids.count > 1 else { return }
    ranks.removeAll(keepingCapacity: true)
    for place in 0..<ids.count - 1 { ranks.append(table[ids[place], ids[place + 1]]?.rank ?? Self.never) }
    while true {
      var best = Self.never
      var place = 0
      for candidate in ranks.indices where ranks[candidate] < best {
        (best, place) = (ranks[candidate], candidate)
      }
      guard best != Self.never, let merge = table[ids[place], ids[place + 1]] else { return }
      ids[place] = merge.id
      ids.remove(at: place + 1)
      ranks.remove(at: place)
      if place < ranks.count { ranks[place] = table[merge.id, ids[place + 1]]?.rank ?? Self.never }
      if place > 0 { ranks[place - 1] = table[ids[place - 1], merge.id]?.rank ?? Self.never }
    }
  }

  private mutating func mergeLong(_ table: MergeTable) {
    let count = ids.count
    previous = (0..<count).map { Int32($0 - 1) }
    next = (0..<count).map { $0 + 1 < count ? Int32($0 + 1) : -1 }
    for place in 0..<count { offer(place, table) }
    while let entry = heap.popFirst() {
      let place = Int(entry & 0xFFFF_FFFF)
      // Stale if the place is gone or its pair is another by now.
      guard ids[place] != Self.gone, next[place] >= 0 else { continue }
      let right = Int(next[place])
      guard let merge = table[ids[place], ids[right]], UInt64(merge.rank) == entry >> 32 else { continue }
      ids[place] = merge.id
      ids[right] = Self.gone
      next[place] = next[right]
      if next[right] >= 0 { previous[Int(next[right])] = Int32(place) }
      offer(place, table)
      if previous[place] >= 0 { offer(Int(previous[place]), table) }
    }
    ids.removeAll { $0 == Self.gone }
  }

  /// Puts the pair that begins at `place` on the heap, if it may merge.
  private mutating func offer(_ place: Int, _ table: MergeTable) {
    guard next[place] >= 0, let merge = table[ids[place], ids[Int(next[place])]] else { return }
    heap.insert(UInt64(merge.rank) << 32 | UInt64(place))
  }
}

/// A binary heap that gives the smallest number first.
private struct MinimumHeap: Sendable {
  private var numbers: [UInt64] = []

  mutating func insert(_ number: UInt64) {
    numbers.append(number)
    var child = numbers.count - 1
    while child > 0, numbers[child] < numbers[(child - 1) / 2] {
      numbers.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> UInt64? {
    guard let first = numbers.first else { return nil }
    let last = numbers.removeLast()
    guard !numbers.isEmpty else { return first }
    numbers[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < numbers.count && numbers[child] < numbers[least] {
        least = child
      }
      guard least != parent else { return first }
      numbers.swapAt(parent, least)
      parent = least
    }
  }
}
