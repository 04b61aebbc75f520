/// A named number, with its standard error where one is defined.
public struct Metric: Sendable, Equatable {
  public var name: String
  public var value: Double
  public var standardError: Double?

  public init(_ name: String, _ value: Double, standardError: Double? = nil) {
    self.name = name
    self.value = value
    self.standardError = standardError
  }

  /// The mean of `scores` and its standard error, s / √n with n - 1 in s; no error for fewer than two scores.
  ///
  /// - Source: lm-evaluation-harness 0.4.13, `mean_stderr`.
  public static func mean(_ name: String, _ scores: [Double]) -> Metric {
    let count = Double(scores.count)
    let mean = scores.isEmpty ? 0 : scores.reduce(0, +) / count
    guard scores.count > 1 else { return Metric(name, mean) }
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Metric(name, mean, standardError: (squares / (count - 1) / count).squareRoot())
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
