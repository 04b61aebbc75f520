import Evaluations
import Jobs

/// An evaluation with all its samples, answered and scored.
struct ScoredEvaluation {
  let evaluation: any Evaluation
  let samples: [ScoredSample]
}

extension EvaluationResult {
  init(_ scored: ScoredEvaluation, reduce: Reduction, returnIntermediates: Bool) throws {
    let outcomes = scored.samples.map(\.outcome)
    let metrics = try scored.evaluation.metrics(of: outcomes)
    let scores = outcomes.map(\.score)
    let score: ReducedScore =
      switch reduce {
      case .mean: .number(metrics.first?.value ?? 0)
      case .sum: .number(scores.reduce(0, +))
      case .none: .samples(scores)
      }
    self.init(
      name: scored.evaluation.name, score: score, metrics: metrics, samples: outcomes.count,
      counts: outcomes.reduce(Counts()) { $0 + $1.counts },
      intermediates: returnIntermediates ? outcomes.map(\.intermediates) : nil)
  }
}
