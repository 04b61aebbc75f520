import Foundation

/// Whether the candidate gets fewer answers right by less than `drop`: an exact test on pairs of right and wrong answers.
///
/// Under a loss of `drop`, a document is lost with probability q + drop and gained with probability q, which is unknown.
/// The p-value is the largest over the q that the gains leave plausible (all but 1e-4), plus 1e-4, of the probability that
/// Tango's score statistic is at least as large as it is. The statistic falls with losses and rises with gains, so no
/// larger loss makes that more probable.
///
/// - Source: Tango 1998, *Equivalence test and confidence interval for the difference in proportions for the paired-sample
///   design*, eq. 8, for the statistic; Sidik 2003, *Exact unconditional tests for testing non-inferiority in matched-pairs
///   design*, for the test; Berger and Boos 1994 for the restriction to what is plausible.
struct NonInferiority {
  let documents: Int
  let drop: Double

  /// The probability that the truth lies outside of what is searched.
  private static let implausible = 1e-4
  /// How many q are tried; neighbours are a sixth of a standard error apart.
  private static let steps = 48

  func pValue(losses: Int, gains: Int) -> Double {
    let observed = statistic(losses, gains)
    let most = (1 - drop) / 2
    let plausible = Binomial.plausibleShares(gains, of: documents, error: Self.implausible / 2)
    let (low, high) = (min(plausible.lowerBound, most), min(plausible.upperBound, most))
    let tried = (0...Self.steps).map { low + (high - low) * Double($0) / Double(Self.steps) }
    let bounds = lossBounds(observed, gains: Binomial(trials: documents, share: high).bulk.upperBound)
    let largest = tried.map { probability(gained: $0, bounds) }.max() ?? 1
    return min(1, largest + Self.implausible)
  }

  /// How far the loss lies below the drop, in standard errors under a loss of `drop`.
  func statistic(_ losses: Int, _ gains: Int) -> Double {
    let (n, lost, gained) = (Double(documents), Double(losses), Double(gains))
    let linear = (lost + gained) * (1 - drop) - 2 * drop * (n - lost)
    let root = (linear * linear + 8 * n * gained * drop * (1 - drop)).squareRoot()
    let gainedShare = max(0, (linear + root) / (4 * n))
    return (n * drop - (lost - gained)) / (n * (2 * gainedShare + drop - drop * drop)).squareRoot()
  }

  /// For each count of gains from zero on, the most losses with which the statistic is at least `observed`; -1 for none.
  private func lossBounds(_ observed: Double, gains: Int) -> [Int] {
    let least = observed - 1e-9 * max(1, abs(observed))
    var bound = -1
    return (0...gains).map { gained in
      while bound + 1 + gained <= documents, statistic(bound + 1, gained) >= least { bound += 1 }
      return min(bound, documents - gained)
    }
  }

  /// The probability of losses within their bounds where a document is gained with probability `gained`.
  private func probability(gained: Double, _ bounds: [Int]) -> Double {
    let gains = Binomial(trials: documents, share: gained)
    let lost = min(1, (gained + drop) / (1 - gained))
    return gains.bulk.reduce(0) { sum, count in
      let bound = bounds[min(count, bounds.count - 1)]
      guard bound >= 0 else { return sum }
      return sum + gains.probability(count) * Binomial(trials: documents - count, share: lost).atMost(bound)
    }
  }
}
