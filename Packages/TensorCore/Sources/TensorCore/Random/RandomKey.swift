internal import CKernels
import Foundation

/// A key of the counter-based generator threefry2x32: number i of a key is a function of the two and nothing else, so
/// that it does not matter who draws it, or when.
///
/// The numbers are those of JAX with `jax_threefry_partitionable`, for the same key.
///
/// - Source: Salmon et al. 2011, *Parallel Random Numbers: As Easy as 1, 2, 3*, §4.2.
public struct RandomKey: Sendable, Hashable {
  let high: UInt32
  let low: UInt32

  public init(seed: UInt64) {
    high = UInt32(truncatingIfNeeded: seed >> 32)
    low = UInt32(truncatingIfNeeded: seed)
  }

  var words: (UInt32, UInt32) { (high, low) }

  /// The key's 64 bits; `RandomKey(seed:)` of them is this key.
  public var seed: UInt64 { UInt64(high) << 32 | UInt64(low) }

  /// An independent key for `data`: a layer's number, a step. The block of counter `data`.
  ///
  /// `split(n)` of JAX is `(0 ..< n).map(folded)`.
  public func folded(_ data: UInt64) -> RandomKey { RandomKey(seed: block(data)) }

  /// Both words of the generator's block for one counter.
  private func block(_ counter: UInt64) -> UInt64 {
    let schedule = [high, low, high ^ low ^ 0x1BD1_1BDA]
    let rotations: [[UInt32]] = [[13, 15, 26, 6], [17, 29, 16, 24]]
    var a = UInt32(truncatingIfNeeded: counter >> 32) &+ schedule[0]
    var b = UInt32(truncatingIfNeeded: counter) &+ schedule[1]
    for group in 0..<5 {
      for rotation in rotations[group % 2] {
        a &+= b
        b = (b << rotation | b >> (32 - rotation)) ^ a
      }
      a &+= schedule[(group + 1) % 3]
      b &+= schedule[(group + 2) % 3] &+ UInt32(group + 1)
    }
    return UInt64(a) << 32 | UInt64(b)
  }

  /// `count` random words, from counter `first` on.
  public func bits(_ count: Int, from first: UInt64 = 0) -> [UInt32] {
    let kernel = InstructionSet.current.kernels.rows.pointee.random_bits!
    return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      kernel([high, low], first, buffer.baseAddress, count)
      initialized = count
    }
  }

  /// `count` numbers, uniform in [0, 1), multiples of 2⁻²³.
  public func uniforms(_ count: Int, from first: UInt64 = 0) -> [Float] {
    bits(count, from: first).map { Float(bitPattern: $0 >> 9 | 0x3F80_0000) - 1 }
  }

  /// `count` numbers, normal with mean 0 and variance 1: √2 · erf⁻¹(u), u uniform in (−1, 1).
  ///
  /// - Source: Giles 2012, *Approximating the erfinv Function*, table 5, as JAX has it.
  public func normals(_ count: Int, from first: UInt64 = 0) -> [Float] {
    let smallest = Float(-1).nextUp
    return uniforms(count, from: first).map { uniform in
      let u = max(smallest, uniform * (1 - smallest) + smallest)
      return Float(2).squareRoot() * Self.inverseErf(u)
    }
  }

  private static func inverseErf(_ x: Float) -> Float {
    let central: [Float] = [
      2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503,
      -0.00417768164, 0.246640727, 1.50140941,
    ]
    let tail: [Float] = [
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
      0.00943887047, 1.00167406, 2.83297682,
    ]
    let w = -log1p(-x * x)
    let (coefficients, argument) = w < 5 ? (central, w - 2.5) : (tail, w.squareRoot() - 3)
    return coefficients.dropFirst().reduce(coefficients[0]) { $1 + $0 * argument } * x
  }
}
