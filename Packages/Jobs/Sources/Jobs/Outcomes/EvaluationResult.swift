public import Evaluations

/// What one evaluation came to.
public struct EvaluationResult: Sendable {
  public let name: String
  /// What the caller's reduction makes of the samples.
  public let score: ReducedScore
  /// All metrics, the evaluation's own result first.
  public let metrics: [Metric]
  public let samples: Int
  public let counts: Counts
  /// Each sample's sequences, where they were asked for.
  public let intermediates: [[Intermediate]]?

  package init(
    name: String, score: ReducedScore, metrics: [Metric], samples: Int, counts: Counts,
    intermediates: [[Intermediate]]?
  ) {
    (self.name, self.score, self.metrics) = (name, score, metrics)
    (self.samples, self.counts, self.intermediates) = (samples, counts, intermediates)
  }
}

extension [EvaluationResult] {
  /// The result of an evaluation by its name; `nil` where it was not run.
  public subscript(name: String) -> EvaluationResult? { first { $0.name == name } }
}
