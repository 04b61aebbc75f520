import Basics
import Foundation
import Jobs
import Synchronization
import Tasks
import TensorCore

/// What 'list tasks' prints: each task with its kind, source and splits, and what keeps it from being run.
struct TaskListing {
  private let summaries: [TaskSummary]

  /// - Parameters:
  ///   - patterns: Names or patterns; all tasks where there are none.
  ///   - asMembers: Whether groups and tags are the tasks that they stand for.
  /// - Throws: ``JobError`` for a pattern that no name matches, `TaskError` for a group that is wrong.
  init(_ library: TaskLibrary, patterns: [String], asMembers: Bool) throws {
    var names = library.names
    if !patterns.isEmpty {
      var seen: Set<String> = []
      names = try patterns.flatMap { pattern in
        let found = library.names(matching: pattern)
        guard !found.isEmpty else { throw JobError.unknown("task", pattern, among: library.names) }
        return found.filter { seen.insert($0).inserted }
      }
    }
    guard asMembers else {
      summaries = Self.read(names, library)
      return
    }
    var seen: Set<String> = []
    summaries = try names.flatMap { try library.summaries(ofTasksOf: $0) }.filter {
      seen.insert($0.name).inserted
    }
  }

  /// The files of all names, read side by side.
  private static func read(_ names: [String], _ library: TaskLibrary) -> [TaskSummary] {
    let share = 32
    let count = (names.count + share - 1) / share
    let results = Mutex([[TaskSummary]](repeating: [], count: count))
    ThreadPool.shared.run(count) { part in
      let own = names[part * share..<min((part + 1) * share, names.count)].compactMap {
        try? library.summary(of: $0)
      }
      results.withLock { $0[part] = own }
    }
    return results.withLock { Array($0.joined()) }
  }

  /// A line for each name.
  var json: String {
    summaries.map { summary in
      JSONValue.object([
        ("name", .text(summary.name)), ("kind", .text(summary.kind)), ("file", .optional(summary.file)),
        ("source", .optional(summary.source)), ("splits", .list(summary.splits.map(JSONValue.text))),
        ("output_type", .optional(summary.outputType)),
        ("members", summary.members.map(JSONValue.integer) ?? .null),
        ("needs", .list(summary.needs.map { .text($0.message) })),
        ("notices", .list(summary.notices.map { .text($0.message) })),
      ]).line + "\n"
    }.joined()
  }

  /// Columns under a header: name, kind, source, splits, needs.
  var table: String {
    let rows = [["name", "kind", "source", "splits", "needs"]] + summaries.map(Self.row)
    return TextTable.columns(rows).map { $0 + "\n" }.joined()
  }

  private static func row(_ summary: TaskSummary) -> [String] {
    let kind = summary.outputType ?? summary.members.map { "\(summary.kind) of \($0)" } ?? summary.kind
    let others = summary.needs.count - 1
    let needs = summary.needs.first.map { $0.message + (others > 0 ? "; and \(others) more" : "") } ?? ""
    return [summary.name, kind, summary.source ?? "", summary.splits.joined(separator: ","), needs]
  }
}
