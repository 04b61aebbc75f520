/// What a gate promises.
///
/// A candidate that is not worse fails with a probability of at most `alpha`; one that is worse by `drop` or more passes with
/// a probability of at most `miss`, which is 1 − power. These are the producer's and the consumer's risk of a sampling plan.
/// Of a loss between nothing and the drop nothing is promised.
///
/// - Source: Wald 1945, *Sequential Tests of Statistical Hypotheses*, §3.4.
public struct GateRule: Sendable, Equatable {
  /// The smallest loss that matters, in the unit of the scores: 0.01 is a point of accuracy.
  public let drop: Double
  public let alpha: Double
  public let power: Double

  /// - Precondition: `drop` lies between 0 and 1, `alpha` between 0 and 0.5, `power` between 0.5 and 1, bounds excluded.
  public init(drop: Double = 0.01, alpha: Double = 0.05, power: Double = 0.8) {
    precondition(drop > 0 && drop < 1, "a drop of \(drop)")
    precondition(alpha > 0 && alpha < 0.5, "an alpha of \(alpha)")
    precondition(power > 0.5 && power < 1, "a power of \(power)")
    (self.drop, self.alpha, self.power) = (drop, alpha, power)
  }

  /// How probable "passes" may be where the loss is the drop.
  public var miss: Double { 1 - power }

  /// The answer for one task.
  ///
  /// Where both hypotheses are refuted, the loss is real and smaller than what matters.
  ///
  /// - Parameter worse: The p-value of the test after correction for all tasks. That of the other hypothesis needs none,
  ///   since all tasks must pass (Berger 1982, intersection-union tests).
  func verdict(_ test: PairedTest, worse: Double) -> Verdict {
    test.notWorse <= miss ? .passes : worse <= alpha ? .fails : .inconclusive
  }
}

/// What a gate answers.
public enum Verdict: String, Sendable, CaseIterable {
  /// A loss of the drop or more is refuted.
  case passes
  /// No loss at all is refuted, and a loss of the drop is not.
  case fails
  /// Neither is refuted: there are too few documents.
  case inconclusive

  /// Of all tasks together: one that fails decides, and all must pass.
  public init(_ verdicts: [Verdict]) {
    self =
      verdicts.contains(.fails)
      ? .fails : verdicts.allSatisfy { $0 == .passes } && !verdicts.isEmpty ? .passes : .inconclusive
  }
}
