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

  init(_ scored: ScoredEvaluation, reduce: Reduction, returnIntermediates: Bool) {
    let outcomes = scored.samples.map(\.outcome)
    name = scored.evaluation.name
    metrics = scored.evaluation.metrics(of: outcomes)
    samples = outcomes.count
    counts = outcomes.reduce(Counts()) { $0 + $1.counts }
    intermediates = returnIntermediates ? outcomes.map(\.intermediates) : nil
    let scores = outcomes.map(\.score)
    score =
      switch reduce {
      case .mean: .number(metrics.first?.value ?? 0)
      case .sum: .number(scores.reduce(0, +))
      case .none: .samples(scores)
      }
  }
}

/// An evaluation with all its samples, answered and scored.
struct ScoredEvaluation {
  let evaluation: any Evaluation
  let samples: [ScoredSample]
}
