import Basics
import Tokenization

/// Scores several continuations of a prefix and chooses the one with the greatest ``measure(_:of:)``: the mean
/// log-likelihood of its tokens, unless the evaluation has another.
///
/// Exactly the continuation's tokens are scored: those after `encode(prefix)` in `encode(prefix + continuation)`.
/// Where the two encodings disagree (tokens merge across the boundary) the sequence is counted as merged. A sequence
/// longer than the model reads loses its beginning and is counted as truncated. A continuation without a token is counted
/// as empty and never chosen.
public protocol PerplexityComparisonEvaluation: Evaluation {
  /// The prefix of one document, its continuations, and the index of the right one.
  func get(_ index: Int) throws -> (prefix: String, continuations: [String], correct: Int)

  /// What a continuation is chosen by, the greatest first, in nats; the mean log-likelihood of its tokens by default.
  ///
  /// - Parameters:
  ///   - scores: Of the continuation's tokens, of which there is one at least.
  ///   - continuation: Its text, for example for a measure a byte or a character.
  func measure(_ scores: [TokenScore], of continuation: String) -> Double
}

extension PerplexityComparisonEvaluation {
  public func measure(_ scores: [TokenScore], of continuation: String) -> Double {
    scores.logLikelihood / Double(scores.count)
  }

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
        let measures = zip(responses, continuations).map { response, continuation in
          let scores = response.tokenScores
          return scores.isEmpty ? -.infinity : measure(scores, of: continuation)
        }
        let best = measures.max() ?? -.infinity
        let ties = measures.count { $0 == best }
        let chosen = best > -.infinity ? measures.firstIndex(of: best) : nil
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
    accuracy.guessBaselines = GuessBaselines(outcomes)
    return [accuracy]
  }
}
