import Evaluations
import Jobs

/// Of two sentences, does the model find the grammatical one likelier a byte? A comparison with a measure of its own.
struct Grammatical: PerplexityComparisonEvaluation {
  let name = "grammatical"
  let pairs = [["She loved to play.", "She loved to plays."], ["They was happy.", "They were happy."]]
  var count: Int { pairs.count }

  func get(_ index: Int) -> (prefix: String, continuations: [String], correct: Int) {
    ("", pairs[index], index)
  }

  func measure(_ scores: [TokenScore], of continuation: String) -> Double {
    scores.logLikelihood / Double(continuation.utf8.count)
  }
}
