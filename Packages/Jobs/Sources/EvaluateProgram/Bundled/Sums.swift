import Evaluations

/// Small sums, written out greedily.
struct Sums: RolloutEvaluation {
  private struct Line: Decodable {
    var prompt: String
    var answer: String
  }

  let name = "sums"
  let maxNewTokens = 4
  private let lines: [Line]

  init() throws { lines = try BundledFile.lines("sums.jsonl") }

  var count: Int { lines.count }
  func get(_ index: Int) -> (prompt: String, expected: String) { (lines[index].prompt, lines[index].answer) }

  /// The digits before the mark that ends a sum.
  func clean(_ answer: String) -> String { String(answer.prefix { $0.isNumber }) }
  func check(_ expected: String, _ answer: String) -> Bool { answer == expected }
}
