/// The kind of an evaluation, for listings.
public enum EvaluationKind: String, Sendable, CaseIterable {
  case rollout, encoding, perplexity, comparison, other
}

extension Evaluation {
  public static var kind: EvaluationKind { .other }
}

extension RolloutEvaluation {
  public static var kind: EvaluationKind { .rollout }
}

extension EncodingEvaluation {
  public static var kind: EvaluationKind { .encoding }
}

extension PerplexityEvaluation {
  public static var kind: EvaluationKind { .perplexity }
}

extension PerplexityComparisonEvaluation {
  public static var kind: EvaluationKind { .comparison }
}
