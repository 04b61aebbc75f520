import Configurate
import Foundation

/// `results.json` as a person reads it: a line for each metric of each evaluation.
struct ResultsTable {
  let text: String

  /// - Parameter json: The text of a results file; JSON is YAML, and this reader keeps its order.
  init(_ json: String, name: String) throws {
    let file = try SettingsTree(yaml: json, name: name)
    var table = TextTable(header: ["evaluation", "samples", "metric", "value", "± stderr"])
    var remarks: [String] = []
    for (evaluation, task) in file["tasks"]?.mapping?.pairs ?? [] {
      let values = task.mapping?.pairs ?? []
      let samples = values.first { $0.name == "samples" }?.value.plainNumber ?? 0
      for (metric, value) in values where metric.hasSuffix(",none") && !metric.contains("_stderr,") {
        let name = String(metric.dropLast(",none".count))
        let deviation = task.mapping?["\(name)_stderr,none"]?.plainNumber
        let isFirst = table.rows.last?[0] != evaluation && !table.rows.contains { $0[0] == evaluation }
        table.rows.append([
          isFirst ? evaluation : "", isFirst ? String(Int(samples)) : "", name,
          value.plainNumber.map(Self.formatted) ?? "—", deviation.map(Self.formatted) ?? "",
        ])
      }
      for kind in ["truncated", "merged", "tied"] {
        let count = Int(file["counts"]?.mapping?[evaluation]?.mapping?[kind]?.plainNumber ?? 0)
        if count > 0 { remarks.append("\(evaluation): \(count) \(kind)") }
      }
    }
    text = ([table.text] + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n")
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
