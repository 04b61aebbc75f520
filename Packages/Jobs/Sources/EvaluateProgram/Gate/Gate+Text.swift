import Comparing
import Foundation

extension Gate {
  /// The table, a sentence for each task, and the answer.
  var text: String {
    var table = TextTable(header: Self.columns)
    table.rows = tasks.map(cells)
    return ([table.text, ""] + sentences + notes.map { "note: \($0)" } + ["", answer]).joined(separator: "\n")
  }

  static let columns = [
    "task", "documents", "base", "candidate", "loss", "lost", "gained", "p (no loss)", "p (drop)", "power",
    "answer",
  ]

  func cells(_ task: GatedTask) -> [String] {
    let scores = task.scores
    return [
      scores.name, task.read == scores.count ? "\(scores.count)" : "\(task.read) of \(scores.count)",
      number(scores.baseMean), number(scores.candidateMean), number(scores.loss), "\(scores.losses)",
      "\(scores.gains)", number(task.correctedWorse), number(task.test.notWorse),
      String(format: "%.0f %%", 100 * task.power), task.verdict.rawValue,
    ]
  }

  /// "arc_easy loses 0.8 points, inconclusive: 2400 documents would decide", for each task.
  var sentences: [String] { tasks.map(sentence) }

  func sentence(_ task: GatedTask) -> String {
    let scores = task.scores
    let isShare = scores.kind == .rightOrWrong || scores.kind == .share
    let size =
      isShare
      ? String(format: "%.1f points", 100 * abs(scores.loss))
      : String(format: "%.4f", abs(scores.loss)) + (scores.kind == .logPerplexity ? " of log perplexity" : "")
    let change = scores.loss > 0 ? "loses \(size)" : scores.loss < 0 ? "gains \(size)" : "loses nothing"
    let decided =
      seed == nil || task.verdict == .inconclusive ? "" : " after \(task.read) of \(scores.count) documents"
    let needed = task.needed.map { ": about \($0) documents would decide" } ?? ""
    return "\(scores.name) \(change), \(task.verdict.rawValue)\(decided)\(needed)"
  }

  /// The answer of all tasks, with what it promises.
  var answer: String {
    """
    \(verdict.rawValue): \(candidate) against \(base)
    a candidate that is not worse fails in at most \(percent(rule.alpha)) of gates; one that is worse by \
    \(rule.drop) passes in at most \(percent(rule.miss))
    """
  }

  func number(_ value: Double) -> String { String(format: "%.4f", value) }
  private func percent(_ share: Double) -> String { String(format: "%.3g %%", 100 * share) }
}
