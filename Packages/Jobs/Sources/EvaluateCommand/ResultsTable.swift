import Configurate
import Foundation

/// `results.json` as a person reads it: a line for each metric of each evaluation.
struct ResultsTable {
  let text: String

  /// - Parameter json: The text of a results file; JSON is YAML, and this reader keeps its order.
  init(_ json: String, name: String) throws {
    let file = try SettingsTree(yaml: json, name: name)
    var table = TextTable(header: [
      "evaluation", "samples", "metric", "value", "± stderr", "chance", "majority",
    ])
    var remarks: [String] = []
    for (evaluation, task) in file["tasks"]?.mapping?.pairs ?? [] {
      table.rows += Self.rows(evaluation, task.mapping?.pairs ?? [])
      for kind in ["truncated", "merged", "tied", "without_system"] {
        let count = Int(file["counts"]?.mapping?[evaluation]?.mapping?[kind]?.plainNumber ?? 0)
        if count > 0 { remarks.append("\(evaluation): \(count) \(kind.replacing("_", with: " "))") }
      }
    }
    for (group, metrics) in file["groups"]?.mapping?.pairs ?? [] {
      table.rows += Self.rows(group, metrics.mapping?.pairs ?? [])
    }
    text = ([table.text] + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n")
  }

  /// A row for each metric, the first with the name of the evaluation.
  private static func rows(_ evaluation: String, _ pairs: [(name: String, value: SettingsTree)]) -> [[String]]
  {
    let values = Dictionary(pairs.map { ($0.name, $0.value.plainNumber) }) { first, _ in first }
    func text(_ key: String) -> String { (values[key] ?? nil).map(formatted) ?? "" }
    let metrics = pairs.map(\.name).filter { $0.contains(",") && !isBeside($0) }
    return metrics.enumerated().map { index, metric in
      let parts = metric.split(separator: ",", maxSplits: 1).map(String.init)
      let beside = ["_stderr", "_chance", "_majority"].map { text("\(parts[0])\($0),\(parts[1])") }
      let samples = (values["samples"] ?? nil).map { String(Int($0)) } ?? ""
      return [
        // Filters are named where there are any.
        index == 0 ? evaluation : "", index == 0 ? samples : "", parts[1] == "none" ? parts[0] : metric,
        (values[metric] ?? nil).map(formatted) ?? "—",
      ] + beside
    }
  }

  /// Whether a number stands beside a metric rather than being one.
  private static func isBeside(_ key: String) -> Bool {
    ["_stderr,", "_chance,", "_majority,"].contains { key.contains($0) }
  }

  private static func formatted(_ number: Double) -> String {
    String(format: abs(number) < 1e6 ? "%.4f" : "%.4g", number)
  }
}

extension SettingsTree {
  /// The number that stands here, whole or not.
  ///
  /// A `switch` over `content` here, inlined into the loops above, makes Swift 6.3.1's optimizer abort ("found outside
  /// of lifetime use").
  fileprivate var plainNumber: Double? { try? Double(settingsTree: self) }
}
