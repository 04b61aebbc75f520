import Evaluations

/// Minimal pairs: does the verb agree with its subject, whatever stands between them?
struct Agreement: PerplexityComparisonEvaluation {
  private struct Line: Decodable {
    var prefix: String
    var continuations: [String]
    var answer: Int
  }

  let name = "agreement"
  private let lines: [Line]

  init() throws { lines = try BundledFile.lines("agreement.jsonl") }

  var count: Int { lines.count }
  func get(_ index: Int) -> (prefix: String, continuations: [String], correct: Int) {
    (lines[index].prefix, lines[index].continuations, lines[index].answer)
  }
}
