import Foundation
import Models

/// Numbers along an axis, to points and to labels.
struct Scale: Sendable, Equatable {
  let range: ClosedRange<Double>
  let isLogarithmic: Bool
  /// The numbers that are written at the axis.
  let ticks: [Double]

  /// A scale over the finite `values`, widened to whole ticks where `roundsOut`.
  ///
  /// - Parameter count: About how many ticks there is room for.
  init(_ values: [Double], isLogarithmic: Bool = false, roundsOut: Bool, count: Int = 6) {
    // Beyond 1e±300 steps would overflow or vanish.
    let usable = values.filter { abs($0) < 1e300 && (!isLogarithmic || $0 > 1e-300) }
    var (low, high) = (usable.min() ?? 0, usable.max() ?? 1)
    let isLogarithmic = isLogarithmic && !usable.isEmpty
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      if high / low < 2 { (low, high) = (low / 2, high * 2) }
      let all = Self.logarithmicTicks(low, high)
      (low, high) = roundsOut ? (all.first ?? low, all.last ?? high) : (low, high)
      ticks = Self.thinned(all.filter { $0 >= low * 0.999 && $0 <= high * 1.001 }, to: count)
      range = low...high
      return
    }
    if !(high - low > 1e-290) {
      let slack = max(abs(low) / 2, 0.5)
      (low, high) = (low - slack, high + slack)
    }
    let step = Self.step(low, high, count)
    if roundsOut {
      (low, high) = ((low / step + 1e-9).rounded(.down) * step, (high / step - 1e-9).rounded(.up) * step)
    }
    range = low...high
    let first = Int((low / step - 1e-9).rounded(.up))
    let last = Int((high / step + 1e-9).rounded(.down))
    ticks = first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// Where a number lies, 0 at the start of the range and 1 at its end; nil where it has no place.
  func share(of value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    guard isLogarithmic else { return (value - range.lowerBound) / (range.upperBound - range.lowerBound) }
    return log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }

  /// The ticks as text, with as many decimals as tell them apart.
  var labels: [String] {
    if isLogarithmic { return ticks.map { String(format: "%.6g", $0) } }
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : max(abs(ticks.first ?? 1), 1e-12)
    let largest = ticks.map(abs).max() ?? 0
    guard largest < 1e6, step >= 1e-4 else { return ticks.map { String(format: "%.3g", $0) } }
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    return ticks.map { String(format: "%.\(decimals)f", $0 == 0 ? 0 : $0) }
  }

  /// 1, 2 or 5 times a power of ten.
  private static func step(_ low: Double, _ high: Double, _ count: Int) -> Double {
    let rough = (high - low) / Double(max(count, 1))
    let power = pow(10, log10(rough).rounded(.down))
    return ([1, 2, 5].map { $0 * power }.first { $0 >= rough * 0.999 }) ?? 10 * power
  }

  /// 1, 2 and 5 times the powers of ten that enclose a range.
  private static func logarithmicTicks(_ low: Double, _ high: Double) -> [Double] {
    let powers = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
    let all = powers.flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
    let first = all.lastIndex { $0 <= low * 1.001 } ?? 0
    let last = all.firstIndex { $0 >= high * 0.999 } ?? all.count - 1
    return Array(all[first...last])
  }

  /// Only powers of ten, and of those only some, where there are too many.
  private static func thinned(_ ticks: [Double], to count: Int) -> [Double] {
    guard ticks.count > count + 2 else { return ticks }
    let powers = ticks.filter { abs(log10($0) - log10($0).rounded()) < 1e-9 }
    let stride = (powers.count + count - 1) / max(count, 1)
    return powers.enumerated().filter { $0.offset % max(stride, 1) == 0 }.map(\.element)
  }
}

extension Figure.Axis {
  /// Such as `loss (nats)`.
  var label: String { unit.isEmpty ? name : "\(name) (\(unit))" }
}
