public import TensorCore

/// The numbers below `count` in an order that a key names, each computed without the others.
///
/// A Feistel network of four rounds permutes the smallest range of 4ⁿ numbers that holds them; what it takes beyond
/// `count`, it takes again, until it is below.
///
/// - Source: Luby and Rackoff 1988, *How to Construct Pseudorandom Permutations*, §2; Black and Rogaway 2002, *Ciphers
///   with Arbitrary Finite Domains*, §3, for the cycle walk.
public struct Permutation: Sendable {
  /// How many numbers there are.
  public let count: Int
  private let rounds: [RandomKey]
  /// Of each half.
  private let bits: Int

  /// - Precondition: `count` is positive.
  public init(count: Int, key: RandomKey) {
    precondition(count > 0, "a permutation of \(count) numbers")
    self.count = count
    rounds = (0..<4).map { key.folded($0) }
    var bits = 1
    while 2 * bits < Int.bitWidth - 1, 1 << (2 * bits) < count { bits += 1 }
    self.bits = bits
  }

  /// - Precondition: `index` is in `0 ..< count`.
  public subscript(index: Int) -> Int {
    precondition((0..<count).contains(index), "number \(index) of \(count)")
    var value = permuted(index)
    while value >= count { value = permuted(value) }
    return value
  }

  private func permuted(_ value: Int) -> Int {
    let mask = (1 << bits) - 1
    var (left, right) = (value >> bits, value & mask)
    for round in rounds {
      let scrambled = Int(truncatingIfNeeded: round.folded(UInt64(right)).seed) & mask
      (left, right) = (right, left ^ scrambled)
    }
    return left << bits | right
  }
}
