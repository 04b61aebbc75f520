import Foundation

/// How many documents a gate needs, and what it finds with those it has.
public enum SampleSize {
  /// The documents with which a loss of the drop fails with the rule's power, on right and wrong answers.
  ///
  /// About as many let a candidate without a loss pass with a probability of 1 − alpha. By exact power, found from the normal
  /// approximation on; Connor 1987, *Sample size for testing differences in proportions for the paired-sample design*.
  ///
  /// - Parameters:
  ///   - discordance: The share of documents that one model alone has right; where the drop is larger, the drop.
  ///   - tasks: How many are tested together: each gets its part of alpha.
  public static func documents(_ rule: GateRule, discordance: Double, tasks: Int = 1) -> Int {
    let share = plausible(discordance, rule)
    let sigmas = quantiles(rule, tasks)
    let about = max(1, sigmas * sigmas * share / (rule.drop * rule.drop))
    var (low, high) = (Int(about / 2), Int(about * 1.1) + 8)
    while power(rule, documents: high, discordance: share, tasks: tasks) < rule.power { high += high / 4 + 1 }
    while high - low > max(1, high / 500) {
      let middle = (low + high) / 2
      if power(rule, documents: middle, discordance: share, tasks: tasks) < rule.power {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }

  /// The documents for scores of any kind, by the normal approximation.
  ///
  /// - Parameter variance: Of the differences between the models.
  public static func documents(_ rule: GateRule, variance: Double, tasks: Int = 1) -> Int {
    let sigmas = quantiles(rule, tasks)
    let needed = (sigmas * sigmas * variance / (rule.drop * rule.drop)).rounded(.up)
    // Beyond any data set, and within integers.
    return max(untouched(rule), Int(min(needed, 1e15)))
  }

  /// The probability that a loss of the drop fails, on right and wrong answers: exact, for McNemar's exact test.
  public static func power(
    _ rule: GateRule, documents: Int, discordance: Double, tasks: Int = 1
  ) -> Double {
    let share = plausible(discordance, rule)
    let alpha = rule.alpha / Double(tasks)
    let discordant = Binomial(trials: documents, share: share)
    let lost = (1 + rule.drop / share) / 2
    var critical = 0
    return discordant.bulk.reduce(0) { sum, count in
      if critical < count / 2 { critical = count / 2 }
      let coin = Binomial(trials: count, share: 0.5)
      while critical <= count, coin.atLeast(critical) > alpha { critical += 1 }
      guard critical <= count else { return sum }
      return sum + discordant.probability(count) * Binomial(trials: count, share: lost).atLeast(critical)
    }
  }

  /// The same for scores of any kind, by the normal approximation.
  public static func power(_ rule: GateRule, documents: Int, variance: Double, tasks: Int = 1) -> Double {
    guard variance > 0 else { return documents >= untouched(rule) ? 1 : 0 }
    let shift = rule.drop / (variance / Double(documents)).squareRoot()
    return NormalDistribution.above(NormalDistribution.quantile(above: rule.alpha / Double(tasks)) - shift)
  }

  /// A loss of the drop needs that many discordant documents.
  private static func plausible(_ discordance: Double, _ rule: GateRule) -> Double {
    min(1, max(discordance, rule.drop))
  }

  private static func quantiles(_ rule: GateRule, _ tasks: Int) -> Double {
    NormalDistribution.quantile(above: rule.alpha / Double(tasks))
      + NormalDistribution.quantile(above: rule.miss)
  }

  /// The documents with which none that differs refutes the drop: (1 − drop)ⁿ ≤ miss.
  private static func untouched(_ rule: GateRule) -> Int {
    Int((log(rule.miss) / log1p(-rule.drop)).rounded(.up))
  }
}
