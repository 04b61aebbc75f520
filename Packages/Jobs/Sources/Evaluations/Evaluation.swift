/// A set of samples, each a few requests to the model and a rule that scores the responses.
///
/// Conform to one of the kinds (``RolloutEvaluation``, ``EncodingEvaluation``, ``PerplexityEvaluation``,
/// ``PerplexityComparisonEvaluation``) rather than to this protocol, unless none of them fits.
public protocol Evaluation: Sendable {
  /// The name under which results are reported.
  var name: String { get }
  /// How many documents there are.
  var count: Int { get }
  /// Which of the kinds it conforms to.
  static var kind: EvaluationKind { get }
  /// What it was made of; empty by default.
  var definition: EvaluationDefinition { get }

  /// The samples of one document: one, or as many as a rollout repeats its prompt.
  func samples(of index: Int, in context: EvaluationContext) throws -> [Sample]

  /// What the outcomes of all samples amount to; the first metric is the evaluation's result.
  ///
  /// - Throws: What functions of others throw, those of task files in Python for example.
  func metrics(of outcomes: [SampleOutcome]) throws -> [Metric]

  /// Why an option of a run changes nothing here, as the end of a sentence; `nil` where it does change something.
  func reasonNotToUse(_ option: EvaluationOption) -> String?

  /// Hands over what was read from files to ask about, piece by piece: a run is another one where any of it is another.
  ///
  /// Evaluations whose documents are part of the program have nothing of the kind, which is the default.
  func forEachText(_ body: (String) -> Void)
}

extension Evaluation {
  public var definition: EvaluationDefinition { EvaluationDefinition() }
  public func forEachText(_ body: (String) -> Void) {}
}
