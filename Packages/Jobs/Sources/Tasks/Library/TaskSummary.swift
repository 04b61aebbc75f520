import Configurate

/// What the file of a task or group says of it, for listings.
public struct TaskSummary: Sendable {
  public let name: String
  /// `task`, `group` or `tag`.
  public let kind: String
  /// The file; `nil` for a bundled definition or a tag.
  public private(set) var file: String?
  /// The data set with its configuration, as `ORG/NAME:CONFIGURATION`.
  public private(set) var source: String?
  /// The splits that the file names, the one that is asked about first.
  public private(set) var splits: [String] = []
  /// `multiple_choice`, `loglikelihood`, `loglikelihood_rolling` or `generate_until`.
  public private(set) var outputType: String?
  /// How many members a group or a tag names itself.
  public private(set) var members: Int?
  /// Why the task cannot be run here: what it needs that is not there. Empty for one that can.
  public private(set) var needs: [TaskFinding] = []
  /// What the file says and nothing heeds.
  public private(set) var notices: [TaskFinding] = []

  init(_ name: String, _ entry: TaskIndex.Entry, _ allowed: AllowedCode) {
    self.name = name
    switch entry {
    case .tag(let tasks):
      kind = "tag"
      members = tasks.count
    case .group(let source):
      kind = "group"
      read(source, allowed)
    case .task(let source):
      kind = "task"
      read(source, allowed)
    }
  }

  /// A member of a group, with the keys that the group gives it.
  init(_ name: String, _ mapping: TaskMapping, _ source: TaskSource, _ allowed: AllowedCode) {
    self.name = name
    kind = "task"
    if case .file(let path) = source { file = path }
    describeTask(TaskReader(mapping, source, allowed))
  }

  private mutating func read(_ source: TaskSource, _ allowed: AllowedCode) {
    if case .file(let path) = source { file = path }
    let reader: TaskReader
    do throws(TaskError) { reader = try TaskReader(source, allowed) } catch {
      needs = [TaskFinding(file: error.path ?? source.name, line: error.line ?? 0, .error(error))]
      return
    }
    if kind == "group" { describeGroup(reader) } else { describeTask(reader) }
  }

  private mutating func describeGroup(_ reader: TaskReader) {
    let node = reader.mapping["task"]
    members = node?.list?.count ?? (node == nil ? 0 : 1)
  }

  private mutating func describeTask(_ reader: TaskReader) {
    var reader = reader
    let mapping = reader.mapping
    outputType = mapping["output_type"]?.text ?? "generate_until"
    source = mapping["dataset_path"]?.text.map { path in
      mapping["dataset_name"]?.text.map { "\(path):\($0)" } ?? path
    }
    for key in ["test_split", "validation_split", "training_split", "fewshot_split"] {
      if let split = mapping[key]?.text, !splits.contains(split) { splits.append(split) }
    }
    _ = TaskFile.reading(&reader)
    needs = reader.findings
    notices = reader.notices
  }
}
