import Foundation

/// How many of so many, with the interval in which the share lies with 95 % confidence.
struct Proportion: Sendable, Equatable {
  var hits: Int
  var count: Int

  var value: Double { count > 0 ? Double(hits) / Double(count) : .nan }

  /// - Source: Wilson 1927, the score interval, with z = 1.959964; it stays within 0 and 1 and has width also at the ends.
  var interval: ClosedRange<Double>? {
    guard count > 0 else { return nil }
    let (n, z) = (Double(count), normalQuantile975)
    let center = (value + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the bound is exact, which rounding would miss.
    return (hits == 0 ? 0 : center - half)...(hits == count ? 1 : center + half)
  }
}

/// The quantile of the standard normal distribution at 0.975, which makes two-sided intervals of 95 %.
let normalQuantile975 = 1.959963984540054
