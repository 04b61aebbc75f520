import Foundation

/// How many of `trials` independent trials succeed, each with probability `share`.
struct Binomial {
  let trials: Int
  let share: Double

  /// P(X = `count`).
  func probability(_ count: Int) -> Double {
    guard (0...trials).contains(count) else { return 0 }
    // Where a logarithm would be of zero.
    guard share > 0 else { return count == 0 ? 1 : 0 }
    guard share < 1 else { return count == trials ? 1 : 0 }
    let (n, k) = (Double(trials), Double(count))
    let ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(share) + (n - k) * log1p(-share))
  }

  /// P(X ≥ `count`).
  func atLeast(_ count: Int) -> Double {
    guard count > 0 else { return 1 }
    guard count <= trials else { return 0 }
    return regularizedBeta(share, Double(count), Double(trials - count + 1))
  }

  /// P(X ≤ `count`).
  func atMost(_ count: Int) -> Double {
    guard count >= 0 else { return 0 }
    guard count < trials else { return 1 }
    return regularizedBeta(1 - share, Double(trials - count), Double(count + 1))
  }

  /// The counts outside of which less than 1e-14 lies: eight standard deviations, and ten more for small ones.
  var bulk: ClosedRange<Int> {
    let (n, mean) = (Double(trials), Double(trials) * share)
    let reach = 8 * (n * share * (1 - share)).squareRoot() + 10
    return max(0, Int(mean - reach))...min(trials, Int(mean + reach) + 1)
  }

  /// The shares of success under which `count` of `trials` is not improbable: all but `error` on each side.
  ///
  /// - Source: Clopper and Pearson 1934.
  static func plausibleShares(_ count: Int, of trials: Int, error: Double) -> ClosedRange<Double> {
    let low = count == 0 ? 0 : root { Binomial(trials: trials, share: $0).atLeast(count) < error }
    let high = count == trials ? 1 : root { Binomial(trials: trials, share: $0).atMost(count) > error }
    return min(low, high)...max(low, high)
  }
}

/// Where in 0 … 1 a condition that holds below some number ceases to hold, by bisection.
private func root(while holds: (Double) -> Bool) -> Double {
  var (low, high) = (0.0, 1.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if holds(middle) { low = middle } else { high = middle }
  }
  return (low + high) / 2
}
