/// Byte strings numbered 0, 1, 2, … in the order in which they were added: a hash table over one flat store.
struct ByteStringTable: Sendable {
  private var store: [UInt8] = []
  /// Where each string begins in `store`, and where the last one ends.
  private var starts: [Int32] = [0]
  private var hashes: [UInt64] = []
  /// The number of a string plus one; 0 where a slot is free. A power of two, at most half full.
  private var slots: [Int32]

  /// - Parameter capacity: How many strings to expect.
  init(capacity: Int = 64) {
    slots = Array(repeating: 0, count: Self.slotCount(for: capacity))
    hashes.reserveCapacity(capacity)
  }

  /// How many strings there are.
  var count: Int { hashes.count }

  /// How many bytes they have together.
  var byteCount: Int { store.count }

  subscript(number: Int) -> ArraySlice<UInt8> { store[Int(starts[number])..<Int(starts[number + 1])] }

  /// The number of the string `bytes[range]`, or `nil`.
  func number(of bytes: [UInt8], in range: Range<Int>, hash: UInt64) -> Int? {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if hashes[number] == hash, equals(number, bytes, range) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  func number(of bytes: [UInt8]) -> Int? {
    number(of: bytes, in: bytes.indices, hash: Self.hash(bytes, bytes.indices))
  }

  /// Adds a string that is not in the table.
  mutating func add(_ bytes: [UInt8], in range: Range<Int>, hash: UInt64) {
    store += bytes[range]
    starts.append(Int32(store.count))
    hashes.append(hash)
    if hashes.count * 2 > slots.count {
      grow()
    } else {
      place(hashes.count - 1)
    }
  }

  mutating func add(_ bytes: [UInt8]) {
    add(bytes, in: bytes.indices, hash: Self.hash(bytes, bytes.indices))
  }

  /// Eight bytes at a time, multiplied and folded; good enough for a table, and no secret.
  static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
    var hash = UInt64(range.count) &* 0x9E37_79B9_7F4A_7C15
    var position = range.lowerBound
    while position < range.upperBound {
      let stop = min(position + 8, range.upperBound)
      var word: UInt64 = 0
      while position < stop {
        word = word << 8 | UInt64(bytes[position])
        position += 1
      }
      let product = (hash ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
      hash = product.high ^ product.low
    }
    return hash ^ hash >> 29
  }

  private func equals(_ number: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let start = Int(starts[number])
    guard Int(starts[number + 1]) - start == range.count else { return false }
    for offset in 0..<range.count where store[start + offset] != bytes[range.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func place(_ number: Int) {
    var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(number + 1)
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for number in hashes.indices { place(number) }
  }

  private static func slotCount(for capacity: Int) -> Int {
    var count = 128
    while count < capacity * 2 { count *= 2 }
    return count
  }
}
