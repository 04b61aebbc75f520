/// What is where: the names of tasks, groups and tags, and the files that define them.
struct TaskIndex: Sendable {
  enum Entry: Sendable {
    case task(TaskSource)
    case group(TaskSource)
    /// The tasks that carry a tag.
    case tag([String])
  }

  private(set) var entries: [String: Entry] = [:]
  /// In the order in which they are listed: bundled ones first, then by file.
  private(set) var names: [String] = []
  /// Files that are no YAML, whose names are not known.
  private(set) var unreadable: [TaskFinding] = []

  /// - Parameter directories: Folders of task files, also in folders of theirs; a task there goes before a bundled one of
  ///   its name, and a later folder before an earlier one.
  /// - Throws: ``TaskError`` for a folder that is not there.
  init(directories: [String]) throws(TaskError) {
    var tags: [(tag: String, tasks: [String])] = []
    var places: [String: Int] = [:]
    func carry(_ names: [String], _ task: String) {
      for name in names {
        let place = places[name] ?? tags.count
        if place == tags.count { tags.append((name, [])) }
        places[name] = place
        tags[place].tasks.append(task)
      }
    }
    for task in BundledTask.all {
      add(task.name, task.isGroup ? .group(.bundled(task)) : .task(.bundled(task)))
      carry(task.tags, task.name)
    }
    for directory in directories {
      let headers = try TaskHeaders(in: directory)
      unreadable += headers.unreadable
      for header in headers.all {
        switch header.kind {
        case .task(let name): add(name, .task(.file(header.path)))
        case .group(let name): add(name, .group(.file(header.path)))
        }
        if case .task(let name) = header.kind { carry(header.tags, name) }
      }
    }
    // A task or group of that name stands for itself.
    for (tag, tasks) in tags where entries[tag] == nil { add(tag, .tag(Set(tasks).sorted())) }
  }

  private mutating func add(_ name: String, _ entry: Entry) {
    if entries[name] == nil { names.append(name) }
    entries[name] = entry
  }
}
