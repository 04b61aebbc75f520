/// Which two neighbouring ids become one, and how early: a hash table of pairs.
struct MergeTable: Sendable {
  /// What a pair becomes. The lower rank goes first.
  struct Merge: Sendable {
    let rank: UInt32
    let id: Int32
  }

  private struct Slot: Sendable {
    var pair: UInt64
    var rank: UInt32
    var id: Int32
  }

  private var slots: [Slot]
  private(set) var count = 0
  private static let free = UInt64.max

  init(capacity: Int) {
    var size = 64
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(pair: Self.free, rank: 0, id: 0), count: size)
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    let pair = Self.pair(left, right)
    var slot = position(of: pair)
    while slots[slot].pair != Self.free {
      if slots[slot].pair == pair { return Merge(rank: slots[slot].rank, id: slots[slot].id) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds a merge, in the place of one of the same pair.
  mutating func add(_ left: Int32, _ right: Int32, _ merge: Merge) {
    if (count + 1) * 2 > slots.count { grow() }
    insert(Slot(pair: Self.pair(left, right), rank: merge.rank, id: merge.id))
  }

  /// A number over all merges, whatever the order in which they were added.
  var digest: UInt64 {
    slots.reduce(0) { digest, slot in
      guard slot.pair != Self.free else { return digest }
      let value = UInt64(slot.rank) << 32 | UInt64(UInt32(bitPattern: slot.id))
      return digest &+ (slot.pair ^ value &* 0x9E37_79B9_7F4A_7C15) &* 0xA076_1D64_78BD_642F
    }
  }

  /// All pairs that merge, in no order.
  var pairs: some Sequence<(left: Int32, right: Int32)> {
    slots.lazy.filter { $0.pair != Self.free }.map {
      (Int32(truncatingIfNeeded: $0.pair >> 32), Int32(truncatingIfNeeded: $0.pair))
    }
  }

  private mutating func insert(_ new: Slot) {
    var slot = position(of: new.pair)
    while slots[slot].pair != Self.free && slots[slot].pair != new.pair {
      slot = (slot + 1) & (slots.count - 1)
    }
    if slots[slot].pair == Self.free { count += 1 }
    slots[slot] = new
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(pair: Self.free, rank: 0, id: 0), count: old.count * 2)
    count = 0
    for slot in old where slot.pair != Self.free { insert(slot) }
  }

  private func position(of pair: UInt64) -> Int {
    let mixed = pair &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 32) & (slots.count - 1)
  }

  private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }
}
