import Basics
import Tokenization

/// Scores several continuations of a prefix and chooses the one with the lowest loss per token.
///
/// Exactly the continuation's tokens are scored: those after `encode(prefix)` in `encode(prefix + continuation)`.
/// Where the two encodings disagree (tokens merge across the boundary) the sequence is counted as merged. A sequence
/// longer than the model reads loses its beginning and is counted as truncated. A continuation without a token is counted
/// as empty and never chosen.
public protocol PerplexityComparisonEvaluation: Evaluation {
  /// The prefix of one document, its continuations, and the index of the right one.
  func get(_ index: Int) throws -> (prefix: String, continuations: [String], correct: Int)
}

extension PerplexityComparisonEvaluation {
  public func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let (prefix, continuations, correct) = try get(index)
    let prefixIDs = try context.tokenizer.encode(prefix)
    var counts = Counts(asked: continuations.count)
    let requests = try continuations.map { continuation in
      let whole = try context.tokenizer.encode(prefix + continuation)
      if !whole.starts(with: prefixIDs) { counts.merged += 1 }
      // The last id is predicted but not read, so one more than a block fits.
      let ids = Array(whole.suffix(context.blockSize + 1))
      if ids.count < whole.count { counts.truncated += 1 }
      let request = ScoreRequest(ids: ids, from: prefixIDs.count - (whole.count - ids.count))
      if request.isEmpty { counts.empty += 1 }
      return request
    }
    if !continuations.indices.contains(correct) { counts.unlabelled = 1 }
    let record = { @Sendable in
      SampleRecord(
        document: [
          ("prefix", .text(prefix)), ("continuations", .list(continuations.map(JSONValue.text))),
          ("correct", .integer(correct)),
        ], target: .integer(correct), arguments: continuations.map { [prefix, $0] })
    }
    return [
      Sample(index, requests.map(Request.score), record: record) { [counts] responses in
        let losses = responses.map { response in
          let scores = response.tokenScores
          return scores.isEmpty ? .infinity : scores.negativeLogLikelihood / Double(scores.count)
        }
        let best = losses.min() ?? .infinity
        let ties = losses.count { $0 == best }
        let chosen = best < .infinity ? losses.firstIndex(of: best) : nil
        return SampleOutcome(
          score: chosen == correct ? 1 : 0,
          choice: Choice(
            count: continuations.count, right: continuations.indices.contains(correct) ? [correct] : [],
            chosen: chosen),
          counts: counts + Counts(tied: ties > 1 ? 1 : 0),
          intermediates: requests.map(Intermediate.init))
      }
    ]
  }

  public func metrics(of outcomes: [SampleOutcome]) -> [Metric] {
    var accuracy = Metric.mean("acc", outcomes.map(\.score))
    accuracy.guessing = Guessing(outcomes)
    return [accuracy]
  }
}
