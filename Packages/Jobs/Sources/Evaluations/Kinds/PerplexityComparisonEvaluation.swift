import Tokenization

/// Scores several continuations of a prefix and chooses the one with the lowest loss per token.
///
/// Exactly the continuation's tokens are scored: those after `encode(prefix)` in `encode(prefix + continuation)`.
/// Where the two encodings disagree (tokens merge across the boundary) the sequence is counted as merged. A sequence
/// longer than the model reads loses its beginning and is counted as truncated.
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
      return ScoreRequest(ids: ids, from: prefixIDs.count - (whole.count - ids.count))
    }
    return [
      Sample(index, requests.map(Request.score)) { [counts] responses in
        let losses = responses.map { response in
          let scores = response.tokenScores
          return scores.negativeLogLikelihood / Double(max(scores.count, 1))
        }
        let best = losses.min() ?? 0
        let ties = losses.count { $0 == best }
        return SampleOutcome(
          score: losses.firstIndex(of: best) == correct ? 1 : 0,
          choice: Choice(count: continuations.count, right: [correct]),
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
