import Foundation

/// Finds everything that is wrong with a task file, without its data.
public enum TaskLint {
  /// All findings in a task or group file, in the order of the file; none for a file that can be run.
  ///
  /// - Throws: ``TaskError`` for a file, or an included one, that is missing or no YAML.
  public static func findings(in path: String) throws(TaskError) -> [TaskFinding] {
    var linter = TaskLinter(directories: [])
    return try linter.findings(in: path)
  }

  /// The task and group files in a folder, and in folders of it: those that ``TaskLibrary`` finds there, and those that it
  /// cannot read.
  ///
  /// - Throws: ``TaskError`` for a folder that is missing or has none.
  public static func files(in folder: String) throws(TaskError) -> [String] {
    let headers = try TaskHeaders(in: folder)
    let files = Set(headers.all.map(\.path)).union(headers.unreadable.map(\.file)).sorted()
    guard !files.isEmpty else { throw TaskError(.noTaskFiles(folder)) }
    return files
  }
}

/// Checks task files: their keys, the members of groups and, where the data are there, the labels of the documents.
public struct TaskLinter {
  private let dataRoot: String?
  private let allowed: AllowedCode
  private var directories: [String]
  /// What groups may name; made when the first group is checked.
  private var index: TaskIndex?

  /// - Parameters:
  ///   - directories: Folders in which the members of groups are looked for, beside the bundled tasks.
  ///   - dataRoot: The folder of data sets; labels are checked of those that it has.
  ///   - allowed: The code of others that may run.
  public init(directories: [String], dataRoot: String? = nil, allowed: AllowedCode = AllowedCode()) {
    self.directories = directories
    self.dataRoot = dataRoot
    self.allowed = allowed
  }

  /// All findings in a task or group file, in the order of the file; none for a file that can be run.
  ///
  /// A finding in a file that is included says by which task.
  ///
  /// - Throws: ``TaskError`` for a file, or an included one, that is missing or no YAML.
  public mutating func findings(in path: String) throws(TaskError) -> [TaskFinding] {
    var reader = try TaskReader(.file(path), allowed)
    if reader.mapping["group"] != nil {
      try checkGroup(&reader)
    } else if let file = TaskFile.reading(&reader), let dataRoot {
      reader.findings += LabelLint(file, dataRoot: dataRoot, path: path).findings
    }
    return Self.sorted(reader.findings + reader.notices, in: path, task: reader.mapping["task"]?.text)
  }

  /// Each finding once, by line, those of other files with the name of the task.
  private static func sorted(_ findings: [TaskFinding], in path: String, task: String?) -> [TaskFinding] {
    let own = (path as NSString).standardizingPath
    var seen: [TaskFinding] = []
    for var finding in findings {
      if (finding.file as NSString).standardizingPath != own, let task {
        finding.includer = .init(task: task, path: path)
      }
      if !seen.contains(finding) { seen.append(finding) }
    }
    return seen.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
      .map(\.element)
  }

  private mutating func checkGroup(_ reader: inout TaskReader) throws(TaskError) {
    TaskFile.reportUnsupported(&reader)
    _ = TaskGroup.aggregates(&reader)
    guard let members = reader.node("task"), members.list?.isEmpty != true else {
      return reader.report(reader.mapping["task"], .noMembers)
    }
    let index: TaskIndex
    if let known = self.index { index = known } else { index = try TaskIndex(directories: directories) }
    self.index = index
    var search = GroupLint(index: index)
    search.check(members.list ?? [members], of: reader.mapping["group"]?.text ?? "", &reader)
  }
}

/// Checks the members of groups, each once.
private struct GroupLint {
  let index: TaskIndex
  private var known: Set<String> = []

  init(index: TaskIndex) { self.index = index }

  mutating func check(_ members: [TaskNode], of group: String, _ reader: inout TaskReader) {
    for node in members {
      if let name = node.text {
        check(name, node, of: group, &reader)
      } else if let mapping = node.mapping {
        check(mapping, node, of: group, &reader)
      } else {
        reader.report(node, .member(of: group, found: node.phrase))
      }
    }
  }

  /// A member that a name stands for.
  private mutating func check(
    _ name: String, _ node: TaskNode, of group: String, _ reader: inout TaskReader
  ) {
    guard known.insert(name).inserted else { return }
    do throws(TaskError) {
      var search = TaskMemberSearch(index: index)
      for task in try search.members(of: name, within: [group]).tasks
      where known.insert("\(name)/\(task.name)").inserted {
        var own = TaskReader(task.mapping, task.source, reader.allowed)
        guard TaskFile.reading(&own) == nil, let first = own.findings.first else { continue }
        reader.report(
          node, .unloadable(member: task.name, first, others: own.findings.count - 1))
      }
    } catch { reader.report(node, .error(error)) }
  }

  /// A member with keys of its own.
  private mutating func check(
    _ mapping: TaskMapping, _ node: TaskNode, of group: String, _ reader: inout TaskReader
  ) {
    if let include = mapping["include"] {
      reader.report(include, .memberKey("include", of: group))
    } else if let inner = mapping["group"]?.text {
      if index.entries[inner] != nil {
        check(inner, node, of: group, &reader)
      } else {
        check(mapping["task"]?.list ?? [], of: inner, &reader)
      }
    } else if let name = mapping["task"]?.text {
      if index.entries[name] != nil { return check(name, node, of: group, &reader) }
      var own = TaskReader(mapping, reader.source, reader.allowed)
      _ = TaskFile.reading(&own)
      reader.findings += own.findings.map { finding in
        var finding = finding
        finding.member = name
        if finding.line == 0 { finding.line = node.line }
        return finding
      }
    } else {
      reader.report(node, .incomplete(.member(of: group), needs: ["task", "group"]))
    }
  }
}
