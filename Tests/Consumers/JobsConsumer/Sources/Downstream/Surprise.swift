import Evaluations
import Jobs

/// The greatest surprise in a text, in nats: an evaluation that is none of the kinds.
struct Surprise: Evaluation {
  let name = "surprise"
  let texts = ["abcabcabc", "abcabcabd"]
  var count: Int { texts.count }

  func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let ids = try context.tokenizer.encode(texts[index])
    return [
      Sample(index, [.score(ScoreRequest(ids: ids, from: 1))]) { responses in
        let surprises = responses[0].tokenScores.map { -Double($0.logProbability) }
        return SampleOutcome(score: surprises.max() ?? 0, counts: Counts(asked: 1))
      }
    ]
  }

  func metrics(of outcomes: [SampleOutcome]) -> [Metric] {
    [.mean("surprise", outcomes.map(\.score))]
  }
}
