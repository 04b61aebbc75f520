/// What runs: a set of samples, each a few requests to the model and a rule for what the answers are worth.
///
/// Conform to one of the kinds (``RolloutEvaluation``, ``EncodingEvaluation``, ``PerplexityEvaluation``,
/// ``PerplexityComparisonEvaluation``) rather than to this protocol, unless none of them fits.
public protocol Evaluation: Sendable {
  /// The name under which results are reported.
  var name: String { get }
  /// How many documents there are.
  var count: Int { get }

  /// The samples of one document: one, or as many as a rollout repeats its prompt.
  func samples(of index: Int, in context: EvaluationContext) throws -> [Sample]

  /// What the outcomes of all samples amount to; the first metric is the evaluation's result.
  func metrics(of outcomes: [SampleOutcome]) -> [Metric]
}

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

/// Requests, and what their answers are worth.
public struct Sample: Sendable {
  public var requests: [Request]
  /// Called with one response per request, in their order.
  public var judge: @Sendable ([Response]) throws -> SampleOutcome

  public init(_ requests: [Request], judge: @escaping @Sendable ([Response]) throws -> SampleOutcome) {
    self.requests = requests
    self.judge = judge
  }
}

/// The worth of one sample.
public struct SampleOutcome: Sendable, Equatable {
  /// The sample's score; for perplexities, its own perplexity.
  public var score: Double
  /// In nats, summed in float64 over `tokens` scored positions.
  public var negativeLogLikelihood: Double
  public var tokens: Int
  /// Words and UTF-8 bytes of the text that was scored, where the evaluation counts them.
  public var words: Int
  public var bytes: Int
  public var counts: Counts
  /// What was read, and which of it counts: one for each sequence.
  public var intermediates: [Intermediate]

  public init(
    score: Double, negativeLogLikelihood: Double = 0, tokens: Int = 0, words: Int = 0, bytes: Int = 0,
    counts: Counts = Counts(), intermediates: [Intermediate] = []
  ) {
    self.score = score
    self.negativeLogLikelihood = negativeLogLikelihood
    self.tokens = tokens
    self.words = words
    self.bytes = bytes
    self.counts = counts
    self.intermediates = intermediates
  }
}

/// A sequence of ids and the positions that the evaluation acted on or scored, both `[length]`, without padding.
public struct Intermediate: Sendable, Equatable {
  public var ids: [Int32]
  public var mask: [Bool]

  public init(ids: [Int32], mask: [Bool]) {
    self.ids = ids
    self.mask = mask
  }
}

/// What was not silent: how often a result rests on something other than the plain case.
public struct Counts: Sendable, Equatable {
  /// Sequences asked of the model.
  public var asked = 0
  /// Of those, sequences that were cut to fit the model's block.
  public var truncated = 0
  /// Of those, continuations whose tokens merge with their context's.
  public var merged = 0
  /// Samples whose best choice was not alone.
  public var tied = 0

  public init(asked: Int = 0, truncated: Int = 0, merged: Int = 0, tied: Int = 0) {
    self.asked = asked
    self.truncated = truncated
    self.merged = merged
    self.tied = tied
  }

  public static func + (a: Counts, b: Counts) -> Counts {
    Counts(
      asked: a.asked + b.asked, truncated: a.truncated + b.truncated, merged: a.merged + b.merged,
      tied: a.tied + b.tied)
  }
}
