import Basics
import Evaluations
import Foundation
import Jobs
import Runs

/// What 'list results' prints: each run with its state, its model and what it came to.
struct RunListing {
  private let runs: [StoredRun]

  /// - Parameter patterns: Names, ids or patterns; all runs where there are none.
  /// - Throws: ``JobError`` for one that no run has.
  init(_ store: RunStore, patterns: [String]) throws {
    guard !patterns.isEmpty else {
      runs = store.runs
      return
    }
    let chosen = try patterns.flatMap { try store.runs(named: $0) }
    let folders = Set(chosen.map(\.folder))
    runs = store.runs.filter { folders.contains($0.folder) }
  }

  /// A line for each run.
  var json: String { runs.map { $0.summary.line + "\n" }.joined() }

  /// Columns under a header, the newest run first.
  var table: String {
    guard !runs.isEmpty else { return "no runs\n" }
    var table = TextTable(header: ["run", "id", "state", "began", "model", "results"])
    table.textColumns = Set(table.header.indices)
    table.rows = runs.map { run in
      [
        run.title, run.id ?? "", run.state.rawValue, run.began.formatted(.iso8601), run.model ?? "",
        run.scores,
      ]
    }
    return table.text + "\n"
  }
}

extension RunStore {
  /// All runs that a pattern describes, or the one that a user calls so.
  ///
  /// - Throws: ``JobError`` where there is none.
  func runs(named word: String) throws -> [StoredRun] {
    let found = runs(matching: word)
    return found.isEmpty ? [try run(word)] : found
  }
}

extension StoredRun {
  /// The first of its evaluations, each with its own result.
  fileprivate var scores: String {
    let all = (result?.evaluations ?? []).map { evaluation in
      "\(evaluation.name) \(evaluation.metrics.first.flatMap { ResultsTable.formatted($0.value) } ?? "—")"
    }
    return all.prefix(3).joined(separator: ", ") + (all.count > 3 ? " and \(all.count - 3) more" : "")
  }

  /// The run as one JSON object: what identifies it, and each evaluation's own result.
  var summary: JSONValue {
    .object([
      ("id", .optional(id)), ("project", .optional(name?.project)), ("group", .optional(name?.group)),
      ("name", .optional(name?.name)), ("state", .text(state.rawValue)),
      ("began", .text(began.formatted(.iso8601))), ("model", .optional(model)), ("folder", .text(folder)),
      ("limit", limit.map(JSONValue.integer) ?? .null), ("shots", shots.map(JSONValue.integer) ?? .null),
      (
        "results",
        .object(
          (result?.evaluations ?? []).map { evaluation in
            (evaluation.name, evaluation.metrics.first?.summary ?? .null)
          })
      ),
    ])
  }
}

extension Metric {
  fileprivate var summary: JSONValue {
    .object([
      ("metric", .text(key())), ("value", .number(value)),
      ("stderr", standardError.map(JSONValue.number) ?? .null),
    ])
  }
}
