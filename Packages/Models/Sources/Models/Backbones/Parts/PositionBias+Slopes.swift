import Foundation
import TensorCore

extension PositionBias {
  /// The slopes of BLOOM's and Falcon's heads: powers of a base, for as many heads as a power of two; further heads have
  /// every other slope of twice as many.
  ///
  /// - Source: Press, Smith and Lewis 2022, *Train Short, Test Long*, §3 and its code.
  static func interleavedSlopes(heads: Int) -> [Float] {
    let whole = 1 << (Int.bitWidth - 1 - heads.leadingZeroBitCount)
    func slope(_ power: Int, of count: Int) -> Float {
      pow(Float(exp2(-exp2(-(log2(Double(count)) - 3)))), Float(power))
    }
    return (1...whole).map { slope($0, of: whole) }
      + (0..<heads - whole).map { slope(2 * $0 + 1, of: 2 * whole) }
  }

  /// The slopes of MPT's heads: of the next power of two, every other one first.
  ///
  /// - Parameter most: The exponent of the least slope.
  static func evenSlopes(heads: Int, most: Double) -> [Float] {
    var whole = 1
    while whole < heads { whole *= 2 }
    let all = (1...whole).map { Float(exp2(-Double($0) * most / Double(whole))) }
    guard whole != heads else { return all }
    let odd = stride(from: 1, to: whole, by: 2).map { all[$0] }
    let even = stride(from: 0, to: whole, by: 2).map { all[$0] }
    return Array((odd + even).prefix(heads))
  }
}
