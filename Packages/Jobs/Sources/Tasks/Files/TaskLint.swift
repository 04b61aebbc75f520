import Foundation

/// Finds everything that is wrong with a task file, without its data.
public enum TaskLint {
  /// All findings in a task or group file, in the order of the file; none for a file that can be run.
  ///
  /// - Throws: ``TaskError`` for a file, or an included one, that is missing or no YAML.
  public static func findings(in path: String) throws(TaskError) -> [TaskFinding] {
    var reader = try TaskReader(.file(path))
    if reader.mapping["group"] != nil {
      _ = TaskGroup.aggregates(&reader)
      if reader.mapping["task"] == nil {
        reader.report(nil, "the key 'task' is missing: a group needs members")
      }
    } else {
      _ = TaskFile.reading(&reader)
    }
    var seen: [TaskFinding] = []
    for finding in reader.findings where !seen.contains(finding) { seen.append(finding) }
    return seen.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
      .map(\.element)
  }
}
