import Basics
import Checkpoints
import Foundation
import Jobs
import Tasks

/// What 'list checkpoints' prints: each checkpoint below a root by the name that --restore takes.
struct CheckpointListing {
  private let entries: [Entry]

  private struct Entry {
    /// `project/group/name/suffix`.
    var name: String
    var isLatest: Bool
    var progress: CheckpointProgress?
    var bytes: Int
    var written: Date?
    var folder: String
  }

  /// - Parameter patterns: Names, last parts of them or patterns; all checkpoints where there are none.
  /// - Throws: ``JobError`` for one that no checkpoint has; `CheckpointError` for a damaged folder.
  init(_ store: CheckpointStore, patterns: [String]) throws {
    let all = try store.jobs.flatMap { try Self.entries(of: $0, in: store) }
    guard !patterns.isEmpty else {
      entries = all
      return
    }
    for pattern in patterns where !all.contains(where: { Self.isCalled($0.name, pattern) }) {
      throw JobError.unknown("checkpoint", pattern, among: all.map(\.name))
    }
    entries = all.filter { entry in patterns.contains { Self.isCalled(entry.name, $0) } }
  }

  private static func entries(of job: CheckpointIdentity, in store: CheckpointStore) throws -> [Entry] {
    let (project, group) = (job.project ?? "general", job.group ?? "default")
    let latest = try store.latest(project: project, group: group, name: job.name)
    return try store.suffixes(project: project, group: group, name: job.name).map { suffix in
      let folder = try store.location(project: project, group: group, name: job.name, suffix: suffix)
      let checkpoint = try? Checkpoint(path: folder)
      let status = FileStatus(checkpoint?.path ?? folder)
      return Entry(
        name: "\(project)/\(group)/\(job.name)/\(suffix)", isLatest: suffix == latest,
        progress: checkpoint?.progress, bytes: status?.size ?? 0,
        written: status?.changed, folder: folder)
    }
  }

  private static func isCalled(_ name: String, _ pattern: String) -> Bool {
    guard let names = NamePattern(pattern) else { return name == pattern || name.contains(pattern) }
    return names.matches(name)
  }

  /// A line for each checkpoint.
  var json: String {
    entries.map { entry in
      JSONValue.object([
        ("name", .text(entry.name)), ("latest", .bool(entry.isLatest)),
        ("steps", entry.progress.map { .integer($0.steps) } ?? .null),
        ("score", entry.progress?.score.map(JSONValue.number) ?? .null), ("bytes", .integer(entry.bytes)),
        ("written", .optional(entry.written?.formatted(.iso8601))), ("folder", .text(entry.folder)),
      ]).line + "\n"
    }.joined()
  }

  var table: String {
    guard !entries.isEmpty else { return "no checkpoints\n" }
    var table = TextTable(header: ["checkpoint", "latest", "steps", "score", "MB", "written"])
    table.rows = entries.map { entry in
      [
        entry.name, entry.isLatest ? "*" : "", entry.progress.map { "\($0.steps)" } ?? "",
        ResultsTable.formatted(entry.progress?.score) ?? "",
        String(format: "%.1f", Double(entry.bytes) / 1e6), entry.written?.formatted(.iso8601) ?? "",
      ]
    }
    return table.text + "\n"
  }
}
