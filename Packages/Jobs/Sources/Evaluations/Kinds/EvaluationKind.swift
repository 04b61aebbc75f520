/// The kind of an evaluation, for listings.
public enum EvaluationKind: String, Sendable, CaseIterable {
  case rollout, encoding, perplexity, comparison, other

  public init(of type: any Evaluation.Type) {
    self =
      switch type {
      case is any RolloutEvaluation.Type: .rollout
      case is any EncodingEvaluation.Type: .encoding
      case is any PerplexityEvaluation.Type: .perplexity
      case is any PerplexityComparisonEvaluation.Type: .comparison
      default: .other
      }
  }
}
