import Basics
import Foundation
import Tokenization

/// Scores whole texts: the loss of each token after the first, given all before it.
///
/// A text of n tokens scores n - 1 of them. A text longer than the block is cut to it and counted as truncated;
/// ``TextEvaluation`` scores long texts whole.
public protocol PerplexityEvaluation: Evaluation {
  /// The text of one document.
  func get(_ index: Int) throws -> String
}

extension PerplexityEvaluation {
  public func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let text = try get(index)
    let whole = try context.tokenizer.encode(text)
    let ids = Array(whole.prefix(context.blockSize))
    let counts = Counts(
      asked: 1, truncated: ids.count < whole.count ? 1 : 0, empty: ids.count < 2 ? 1 : 0)
    let record = { @Sendable in SampleRecord.whole(text) }
    return [
      Sample(index, [.score(ScoreRequest(ids: ids, from: 1))], record: record) { responses in
        let scores = responses[0].tokenScores
        let loss = scores.negativeLogLikelihood
        return SampleOutcome(
          score: perplexity(loss, tokens: scores.count),
          values: [SampleValue("perplexity", .ratio(-loss, over: Double(scores.count)))], counts: counts,
          intermediates: [Intermediate(ids: ids, mask: ids.map { _ in true })])
      }
    ]
  }

  public func metrics(of outcomes: [SampleOutcome]) -> [Metric] { perplexityMetrics(of: outcomes) }

  /// The perplexity of all tokens together, not the mean of the documents' perplexities: the default metrics, for
  /// evaluations that add to them.
  public func perplexityMetrics(of outcomes: [SampleOutcome]) -> [Metric] {
    [.perplexity("perplexity", of: outcomes)]
  }
}

extension SampleRecord {
  /// A text that is scored whole, which is what is right.
  static func whole(_ text: String) -> SampleRecord {
    SampleRecord(document: [("text", .text(text))], target: .text(text), arguments: [[text]])
  }
}

extension [TokenScore] {
  /// In nats, summed in float64.
  public var logLikelihood: Double { reduce(0) { $0 + Double($1.logProbability) } }
  var negativeLogLikelihood: Double { -logLikelihood }
}

/// exp(loss / tokens); 0, which no text has, where nothing was scored.
func perplexity(_ loss: Double, tokens: Int) -> Double { tokens == 0 ? 0 : exp(loss / Double(tokens)) }
