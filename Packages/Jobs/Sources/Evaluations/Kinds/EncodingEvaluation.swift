import Tokenization

/// Scores whole texts and checks the most probable id at every position.
public protocol EncodingEvaluation: Evaluation {
  /// The text of one document.
  func get(_ index: Int) throws -> String
  /// Prepares the decoded predictions for the check.
  func clean(_ predicted: String) -> String
  /// Whether the predictions do justice to the text.
  ///
  /// - Parameters:
  ///   - original: The text as it was given, not truncated.
  ///   - predicted: The cleaned text of the most probable ids after the first, second, … token.
  func check(_ original: String, _ predicted: String) -> Bool
}

extension EncodingEvaluation {
  public func clean(_ predicted: String) -> String { predicted }

  public func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let text = try get(index)
    let whole = try context.tokenizer.encode(text)
    let ids = Array(whole.prefix(context.blockSize))
    // A text of one token or none has nothing that could be predicted.
    let isEmpty = ids.count < 2
    let counts = Counts(asked: 1, truncated: ids.count < whole.count ? 1 : 0, empty: isEmpty ? 1 : 0)
    let request = ScoreRequest(ids: ids, from: 1)
    let record = { @Sendable in SampleRecord.whole(text) }
    return [
      Sample(index, [.score(request)], record: record) { responses in
        let predicted = try context.tokenizer.decode(responses[0].tokenScores.map(\.argmax))
        let cleaned = clean(predicted)
        return SampleOutcome(
          score: !isEmpty && check(text, cleaned) ? 1 : 0, answers: [Metric.noFilter: cleaned],
          counts: counts,
          intermediates: [Intermediate(ids: ids, mask: ids.map { _ in true })])
      }
    ]
  }

  public func metrics(of outcomes: [SampleOutcome]) -> [Metric] { [.mean("acc", outcomes.map(\.score))] }
}
