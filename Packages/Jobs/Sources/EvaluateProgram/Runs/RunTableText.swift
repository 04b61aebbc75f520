import Basics
import Comparing
import Foundation
import Jobs
import Runs

/// A table of runs as text, Markdown, CSV and JSON.
struct RunTableText {
  private let table: RunTable
  /// What each run is called in the header.
  private let titles: [String]
  /// Whether a person reads each task of a group too.
  private let showsSubtasks: Bool

  /// - Parameter showsSubtasks: Whether text and Markdown have each task of a group too; files for programs have all.
  init(_ table: RunTable, showsSubtasks: Bool) {
    (self.table, self.showsSubtasks) = (table, showsSubtasks)
    let names = table.runs.map { $0.name?.name ?? $0.folder }
    // Runs of one name are told apart by what they asked, the second half of their ids.
    titles = zip(table.runs, names).map { run, name in
      let isAlone = names.count { $0 == name } == 1
      return isAlone ? name : "\(name) \(run.id?.split(separator: "-").last?.prefix(6) ?? "")"
    }
  }

  private var rows: [RunTable.Row] { table.tasks + table.groups + table.averages }

  /// The rows that a person reads, with their names.
  private var shown: [(name: String, row: RunTable.Row)] {
    rows.filter { !folded.contains($0.name) }.map { row in
      (folded.isEmpty || row.tasks.isEmpty ? row.name : "\(row.name) (\(row.tasks.count) tasks)", row)
    }
  }

  /// The tasks that only their groups' rows stand for.
  private var folded: Set<String> { showsSubtasks ? [] : Set(table.groups.flatMap(\.tasks)) }

  var text: String {
    var text = TextTable(header: ["task", "metric"] + titles)
    text.textColumns = [0, 1]
    text.rows = shown.map { name, row in [name, row.metric] + row.entries.map(Self.cell) }
    return ([text.text] + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n")
  }

  /// What is first in its task, alone or with others, is bold.
  var markdown: String {
    let header = ["task", "metric"] + titles
    let rule = ["---", "---"] + titles.map { _ in "---:" }
    let lines = shown.map { name, row in
      let ranks = row.entries.compactMap { $0?.rank }
      return [name, row.metric]
        + row.entries.map { entry in
          let cell = Self.cell(entry)
          return entry?.rank == 1 && ranks.contains { $0 > 1 } ? "**\(cell)**" : cell
        }
    }
    let table = ([header, rule] + lines).map { cells in
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return (table + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n")
  }

  /// A line for each task and run.
  var csv: String {
    let header = ["task", "metric", "run", "id", "model", "value", "stderr", "samples", "rank"]
    let lines = rows.flatMap { row in
      zip(table.runs, row.entries).compactMap { run, entry -> [String]? in
        guard let entry else { return nil }
        return [
          row.name, row.metric, run.title, run.id ?? "", run.model ?? "", "\(entry.value)",
          entry.standardError.map { "\($0)" } ?? "", entry.samples.map { "\($0)" } ?? "",
          entry.rank.map { "\($0)" } ?? "",
        ]
      }
    }
    return ([header] + lines).map { $0.map(Self.quoted).joined(separator: ",") }.joined(separator: "\n")
  }

  /// RFC 4180.
  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { ",\"\n\r".contains($0) }) else { return cell }
    return "\"\(cell.replacing("\"", with: "\"\""))\""
  }

  var json: JSONValue {
    .object([
      ("runs", .list(table.runs.map(\.summary))), ("tasks", .list(table.tasks.map(json))),
      ("groups", .list(table.groups.map(json))), ("averages", .list(table.averages.map(json))),
      ("not_averaged", .list(table.notAveraged.map(JSONValue.text))),
      ("differing_documents", .list(table.differing.map(JSONValue.text))),
      ("significance", .number(RunTable.significance)),
    ])
  }

  private func json(_ row: RunTable.Row) -> JSONValue {
    .object([
      ("name", .text(row.name)), ("metric", .text(row.metric)),
      ("tasks", .list(row.tasks.map(JSONValue.text))),
      ("higher_is_better", row.higherIsBetter.map(JSONValue.bool) ?? .null),
      (
        "runs",
        .list(
          row.entries.map { entry in
            guard let entry else { return .null }
            return .object([
              ("value", .number(entry.value)), ("stderr", entry.standardError.map(JSONValue.number) ?? .null),
              ("samples", entry.samples.map(JSONValue.integer) ?? .null),
              ("chance", entry.chance.map(JSONValue.number) ?? .null),
              ("rank", entry.rank.map(JSONValue.integer) ?? .null),
            ])
          })
      ),
    ])
  }

  private static func cell(_ entry: RunTable.Entry?) -> String {
    guard let entry else { return "" }
    let error = ResultsTable.formatted(entry.standardError).map { " ± \($0)" } ?? ""
    return (ResultsTable.formatted(entry.value) ?? "—") + error + (entry.rank.map { " #\($0)" } ?? "")
  }

  private var remarks: [String] {
    var remarks: [String] = []
    if !folded.isEmpty { remarks.append("--subtasks shows each task of a group") }
    if !table.differing.isEmpty {
      remarks.append(
        "the runs asked different numbers of documents of \(table.differing.joined(separator: ", ")); ranks are by those in common"
      )
    }
    if !table.averages.isEmpty, !table.notAveraged.isEmpty {
      remarks.append("not averaged: \(table.notAveraged.joined(separator: ", "))")
    }
    return remarks
  }
}
