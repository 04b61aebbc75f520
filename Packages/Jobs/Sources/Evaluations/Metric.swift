import Foundation

/// A named number, with its standard error where one is defined.
public struct Metric: Sendable, Equatable {
  /// The filter of metrics whose answers went through none of their own.
  public static let noFilter = "none"

  public var name: String
  /// The pipeline that the answers went through before they were scored.
  public var filter: String
  public var value: Double
  public var standardError: Double?
  /// Whether more is better; `nil` where that is not known.
  public var higherIsBetter: Bool?
  /// What this metric would be without reading the question.
  public var guessBaselines: GuessBaselines?

  public init(
    _ name: String, filter: String = Metric.noFilter, _ value: Double, standardError: Double? = nil,
    higherIsBetter: Bool? = nil, guessBaselines: GuessBaselines? = nil
  ) {
    self.name = name
    self.filter = filter
    self.value = value
    self.standardError = standardError
    self.higherIsBetter = higherIsBetter
    self.guessBaselines = guessBaselines
  }

  /// The name of the value in results, `acc,none`, and of what stands beside it, `acc_stderr,none`.
  public func key(_ suffix: String = "") -> String { "\(name)\(suffix),\(filter)" }

  /// The mean of `scores` and its standard error, s / √n with n - 1 in s; no error for fewer than two scores.
  ///
  /// - Source: lm-evaluation-harness 0.4.13, `mean_stderr`.
  public static func mean(_ name: String, filter: String = Metric.noFilter, _ scores: [Double]) -> Metric {
    let count = Double(scores.count)
    let mean = scores.isEmpty ? 0 : scores.reduce(0, +) / count
    guard scores.count > 1 else { return Metric(name, filter: filter, mean) }
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Metric(
      name, filter: filter, mean, standardError: (squares / (count - 1)).squareRoot() / count.squareRoot())
  }

  /// exp(-Σ log-likelihood / Σ weight) over the samples' ratios of that name; not a number where nothing was
  /// scored.
  public static func perplexity(_ name: String, of outcomes: [SampleOutcome]) -> Metric {
    let (sum, weight) = ratioSums(name, of: outcomes)
    return Metric(name, exp(-sum / weight), higherIsBetter: false)
  }

  /// The sums of the numerators and denominators of the samples' ratios of that name.
  public static func ratioSums(
    _ name: String, of outcomes: [SampleOutcome]
  ) -> (sum: Double, weight: Double) {
    outcomes.lazy.flatMap(\.values).filter { $0.metric == name }.map(\.content).ratioSums
  }
}

extension Sequence<SampleValue.Content> {
  /// The sums of the numerators and of the denominators of those that are ratios.
  public var ratioSums: (sum: Double, weight: Double) {
    var sums = (sum: 0.0, weight: 0.0)
    for case .ratio(let sum, let weight) in self {
      sums.sum += sum
      sums.weight += weight
    }
    return sums
  }
}

/// The baselines of a choice, which read no question.
public struct GuessBaselines: Sendable, Equatable {
  /// The random baseline: choosing at random.
  public var chance: Double
  /// The majority baseline: always choosing the index that is right most often.
  public var majority: Double

  public init(chance: Double, majority: Double) {
    self.chance = chance
    self.majority = majority
  }

  /// `nil` where a sample is no choice.
  public init?(_ outcomes: [SampleOutcome]) {
    let choices = outcomes.compactMap(\.choice)
    guard !choices.isEmpty, choices.count == outcomes.count else { return nil }
    var rights: [Int: Int] = [:]
    var chance = 0.0
    for choice in choices {
      let right = Set(choice.right)
      chance += Double(right.count) / Double(Swift.max(choice.count, 1))
      for index in right { rights[index, default: 0] += 1 }
    }
    self.init(
      chance: chance / Double(choices.count),
      majority: Double(rights.values.max() ?? 0) / Double(choices.count))
  }
}

/// How the samples of an evaluation become what `evaluate` returns.
public enum Reduction: String, Sendable, CaseIterable {
  /// One number: the evaluation's first metric (for perplexities weighted by tokens).
  case mean
  /// One number: the sum of the samples' scores.
  case sum
  /// The samples' scores, in the order of the documents.
  case none
}

/// What a ``Reduction`` makes of an evaluation.
public enum ReducedScore: Sendable, Equatable {
  case number(Double)
  case samples([Double])
}
