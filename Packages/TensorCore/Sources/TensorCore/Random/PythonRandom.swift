/// Python's `random.Random`, number for number: samples of documents and few-shot examples are drawn as the reference
/// tools draw them.
///
/// - Source: Matsumoto and Nishimura 1998, *Mersenne Twister* (MT19937, `init_by_array`); CPython's `Lib/random.py`.
public struct PythonRandom: Sendable {
  private var state: [UInt32]
  private var index = 624

  /// `random.Random(seed)` of a non-negative integer.
  public init(seed: UInt64) {
    self.init(key: seed >> 32 == 0 ? [UInt32(seed)] : [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)])
  }

  /// `random.Random(seed)` of a non-negative integer of any size.
  ///
  /// - Parameter words: The number's digits in base 2³², the lowest first and without zeros at its end.
  /// - Precondition: `words` is not empty.
  public init(key words: [UInt32]) {
    precondition(!words.isEmpty, "a key without words")
    state = Self.seeded(19_650_218)
    var i = 1
    var j = 0
    for _ in 0..<max(624, words.count) {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525)) &+ words[j] &+ UInt32(j)
      i += 1
      j = (j + 1) % words.count
      if i == 624 { (state[0], i) = (state[623], 1) }
    }
    for _ in 0..<623 {
      state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941)) &- UInt32(i)
      i += 1
      if i == 624 { (state[0], i) = (state[623], 1) }
    }
    state[0] = 0x8000_0000
  }

  private static func seeded(_ seed: UInt32) -> [UInt32] {
    var state = [seed]
    for i in 1..<624 { state.append(1_812_433_253 &* (state[i - 1] ^ (state[i - 1] >> 30)) &+ UInt32(i)) }
    return state
  }

  private mutating func next32() -> UInt32 {
    if index == 624 { twist() }
    var y = state[index]
    index += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C_5680
    y ^= (y << 15) & 0xEFC6_0000
    return y ^ (y >> 18)
  }

  private mutating func twist() {
    for i in 0..<624 {
      let y = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7FFF_FFFF)
      state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    index = 0
  }

  /// `getrandbits(count)`.
  ///
  /// - Precondition: `count` is in 0...64.
  public mutating func bits(_ count: Int) -> UInt64 {
    precondition((0...64).contains(count), "\(count) random bits at once")
    if count == 0 { return 0 }
    if count <= 32 { return UInt64(next32() >> (32 - count)) }
    let low = UInt64(next32())
    return low | UInt64(next32() >> (64 - count)) << 32
  }

  /// `_randbelow(limit)`: uniform in `0 ..< limit`, drawn again until it is below.
  ///
  /// - Precondition: `limit` is positive.
  public mutating func below(_ limit: Int) -> Int {
    precondition(limit > 0, "a random number below \(limit)")
    let width = Int.bitWidth - limit.leadingZeroBitCount
    while true {
      let drawn = bits(width)
      if drawn < UInt64(limit) { return Int(drawn) }
    }
  }

  /// `random()`: uniform in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    let high = Double(next32() >> 5)
    let low = Double(next32() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// `choice(elements)`.
  ///
  /// - Precondition: `elements` is not empty.
  public mutating func choice<C: RandomAccessCollection>(_ elements: C) -> C.Element {
    elements[elements.index(elements.startIndex, offsetBy: below(elements.count))]
  }

  /// `choices(elements, k: count)`: with replacement, by `random()`.
  ///
  /// - Precondition: `elements` is not empty.
  public mutating func choices<C: RandomAccessCollection>(_ elements: C, count: Int) -> [C.Element] {
    let length = Double(elements.count)
    return (0..<count).map { _ in
      elements[elements.index(elements.startIndex, offsetBy: Int(uniform() * length))]
    }
  }

  /// `shuffle(elements)`, in place.
  public mutating func shuffle<C: MutableCollection & RandomAccessCollection>(_ elements: inout C) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, through: 1, by: -1) {
      elements.swapAt(
        elements.index(elements.startIndex, offsetBy: last),
        elements.index(elements.startIndex, offsetBy: below(last + 1)))
    }
  }

  /// `sample(elements, count)`: without replacement, in the order drawn.
  ///
  /// - Precondition: `count` is in `0 ... elements.count`.
  public mutating func sample<C: RandomAccessCollection>(_ elements: C, _ count: Int) -> [C.Element] {
    sample(below: elements.count, count).map { elements[elements.index(elements.startIndex, offsetBy: $0)] }
  }

  /// `sample(range(limit), count)`.
  ///
  /// - Precondition: `count` is in `0 ... limit`.
  public mutating func sample(below limit: Int, _ count: Int) -> [Int] {
    precondition(count >= 0 && count <= limit, "a sample of \(count) from \(limit)")
    // CPython keeps a pool where that is smaller than a set of what was drawn.
    var setSize = 21
    if count > 5 {
      var power = 4
      while power < 3 * count { power *= 4 }
      setSize += power
    }
    if limit <= setSize {
      var pool = Array(0..<limit)
      return (0..<count).map { drawn in
        let chosen = below(limit - drawn)
        defer { pool[chosen] = pool[limit - drawn - 1] }
        return pool[chosen]
      }
    }
    var seen = Set<Int>()
    return (0..<count).map { _ in
      while true {
        let chosen = below(limit)
        if seen.insert(chosen).inserted { return chosen }
      }
    }
  }
}
