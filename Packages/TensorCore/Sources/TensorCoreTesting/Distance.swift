/// How far `value` is from `exact`, in units in the last place of float32 at `exact`.
///
/// A NaN where the other is none, or another infinity, is infinitely far.
public func ulps(_ value: Float, _ exact: Double) -> Double {
  if value.isNaN || exact.isNaN { return value.isNaN && exact.isNaN ? 0 : .infinity }
  if value.isInfinite || exact.isInfinite { return Double(value) == exact ? 0 : .infinity }
  return abs(Double(value) - exact) / Double(max(abs(Float(exact)), .leastNormalMagnitude).ulp)
}

/// The largest ``ulps(_:_:)`` of any pair; infinite where the lengths differ.
public func worstULPs(_ values: [Float], _ exact: [Double]) -> Double {
  guard values.count == exact.count else { return .infinity }
  return zip(values, exact).reduce(0) { max($0, ulps($1.0, $1.1)) }
}

/// The largest ratio of an error to its bound; at most 1 where every bound holds, infinite where a value is NaN, or
/// where the lengths differ.
public func worstShare(of bounds: [Double], _ values: [Float], _ exact: [Double]) -> Double {
  guard values.count == exact.count, bounds.count == exact.count else { return .infinity }
  var worst = 0.0
  for index in values.indices {
    let error = abs(Double(values[index]) - exact[index])
    if error == 0 { continue }
    worst = max(worst, error.isNaN ? .infinity : error / bounds[index])
  }
  return worst
}

/// The bits of every element, for tests of equality in which NaN equals itself and -0 is not 0.
public func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
