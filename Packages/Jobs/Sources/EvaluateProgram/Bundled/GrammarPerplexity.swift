import Evaluations
import Foundation

/// Perplexity of held-out documents of the bundled language, beside the lowest that any model can reach on them.
struct GrammarPerplexity: PerplexityEvaluation {
  private struct Line: Decodable {
    /// The document.
    var text: String
    /// Of the whole document under the grammar, in nats.
    var logProbability: Double
    /// Of its first byte, which the evaluation reads but does not score.
    var firstByteLogProbability: Double
  }

  let name = "grammar_ppl"
  private let lines: [Line]

  init() throws { lines = try BundledFile.lines("grammar_ppl.jsonl") }

  var count: Int { lines.count }
  func get(_ index: Int) -> String { lines[index].text }

  func metrics(of outcomes: [SampleOutcome]) -> [Metric] {
    let measured = perplexityMetrics(of: outcomes)
    guard outcomes.count == count else { return measured }  // a draw of documents has another floor
    let floor = lines.reduce(0) { $0 + $1.firstByteLogProbability - $1.logProbability }
    let tokens = Metric.ratioSums("perplexity", of: outcomes).weight
    return measured + [Metric("perplexity_floor", exp(floor / tokens))]
  }
}
