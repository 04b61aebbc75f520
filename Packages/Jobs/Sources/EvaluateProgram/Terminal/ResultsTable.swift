import Evaluations
import Foundation
import Jobs

/// The results of a run as a person reads them: a line for each metric of each evaluation.
struct ResultsTable {
  let text: String

  /// - Parameter evaluation: The only one that is shown; all and their groups where it is `nil`.
  init(_ result: RunResult, only evaluation: String? = nil) {
    let shown = result.evaluations.filter { evaluation == nil || $0.name == evaluation }
    var table = TextTable(header: [
      "evaluation", "samples", "metric", "value", "± stderr", "chance", "majority",
    ])
    for evaluation in shown {
      table.rows += Self.rows(evaluation.name, evaluation.metrics, samples: "\(evaluation.samples)")
    }
    for group in result.groups where evaluation == nil {
      table.rows += Self.rows(group.name, group.metrics, samples: "")
    }
    let remarks = shown.flatMap(Self.remarks)
    text = ([table.text] + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n")
  }

  /// A row for each metric, the first with the name of the evaluation. Filters are named where there are any.
  private static func rows(_ name: String, _ metrics: [Metric], samples: String) -> [[String]] {
    metrics.enumerated().map { index, metric in
      let title = metric.filter == Metric.noFilter ? metric.name : metric.key()
      return [
        index == 0 ? name : "", index == 0 ? samples : "", title, formatted(metric.value) ?? "—",
        formatted(metric.standardError) ?? "", formatted(metric.guessBaselines?.chance) ?? "",
        formatted(metric.guessBaselines?.majority) ?? "",
      ]
    }
  }

  private static func remarks(_ evaluation: RunResult.Evaluation) -> [String] {
    let counts = evaluation.counts
    let named = [
      ("truncated", counts.truncated), ("merged", counts.merged), ("tied", counts.tied),
      ("without the system turn, which the chat template refuses", counts.withoutSystem),
      ("empty, with nothing to score", counts.empty),
      ("whose target names no choice, scored as wrong", counts.unlabelled),
      ("whose answer is an unfinished thought", counts.unfinishedThoughts),
    ]
    return named.filter { $0.1 > 0 }.map { "\(evaluation.name): \($0.1) \($0.0)" }
      + evaluation.metrics.filter { !$0.value.isFinite }.map { metric in
        let reason =
          metric.value.isNaN ? "is not defined for these documents" : "is beyond the range of numbers"
        return "\(evaluation.name): \(metric.key()) \(reason)"
      }
  }

  /// `nil` for what is no finite number.
  static func formatted(_ number: Double?) -> String? {
    guard let number, number.isFinite else { return nil }
    return String(format: abs(number) < 1e6 ? "%.4f" : "%.4g", number)
  }
}
