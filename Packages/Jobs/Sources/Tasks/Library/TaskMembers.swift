import Basics
import Configurate

/// The tasks that a name stands for, each once, and the groups that sum them up.
struct TaskMembers {
  private(set) var tasks: [(name: String, mapping: TaskMapping, source: TaskSource)] = []
  var groups: [TaskGroup] = []

  init() {}

  init(_ name: String, _ mapping: TaskMapping, _ source: TaskSource) { tasks = [(name, mapping, source)] }

  /// Adds tasks and groups whose names are not there yet.
  mutating func add(_ other: TaskMembers) {
    var known = Set(tasks.map(\.name))
    tasks += other.tasks.filter { known.insert($0.name).inserted }
    var knownGroups = Set(groups.map(\.name))
    groups += other.groups.filter { knownGroups.insert($0.name).inserted }
  }
}

/// Finds the members of groups and tags.
///
/// What a name stands for is found once: of a task that several groups name, the first one's keys count, so that a group
/// that is met again has nothing new. Without that, groups that each name the next one twice would take 2ⁿ steps.
struct TaskMemberSearch {
  let index: TaskIndex
  private var known: [String: TaskMembers] = [:]

  init(index: TaskIndex) { self.index = index }

  /// - Throws: ``TaskError`` for an unknown name, a group file that is wrong, or a group that is its own member.
  mutating func members(
    of name: String, overrides: TaskMapping = TaskMapping(), within: [String] = []
  ) throws(TaskError) -> TaskMembers {
    guard !within.contains(name) else {
      throw TaskError(.circle(name, by: within.last ?? name, isFile: false))
    }
    if let members = known[name] { return members }
    let members = try search(name, overrides, within)
    if !members.groups.isEmpty || members.tasks.count > 1 { known[name] = members }
    return members
  }

  private mutating func search(
    _ name: String, _ overrides: TaskMapping, _ within: [String]
  ) throws(TaskError) -> TaskMembers {
    switch index.entries[name] {
    case .task(let source)?:
      do throws(TaskError) {
        return TaskMembers(name, try source.mapping().overlaid(with: overrides), source)
      } catch { throw error.about(name) }
    case .tag(let tasks)?:
      var members = TaskMembers()
      for task in tasks {
        members.add(try self.members(of: task, overrides: overrides, within: within + [name]))
      }
      members.groups = []
      return members
    case .group(let source)?: return try group(name, try source.mapping(), source, overrides, within: within)
    case nil:
      if let pattern = NamePattern(name) { return try members(matching: pattern, overrides, within: within) }
      guard TaskLibrary.isPath(name) else { throw unknown(name, within: within.last) }
      let source = TaskSource.file(name)
      let mapping = try source.mapping()
      if let group = mapping["group"]?.text {
        return try self.group(group, mapping, source, overrides, within: within)
      }
      return TaskMembers(mapping["task"]?.text ?? name, mapping.overlaid(with: overrides), source)
    }
  }

  /// All that names of a pattern stand for.
  private mutating func members(
    matching pattern: NamePattern, _ overrides: TaskMapping, within: [String]
  ) throws(TaskError) -> TaskMembers {
    let names = index.names.filter { pattern.matches($0) }
    guard !names.isEmpty else { throw unknown(pattern.text, within: within.last) }
    var members = TaskMembers()
    for name in names { members.add(try self.members(of: name, overrides: overrides, within: within)) }
    return members
  }

  private func unknown(_ name: String, within group: String?) -> TaskError {
    let nearest = nearestName(to: name, among: index.names)
    guard let group else {
      return TaskError(.unknownTask(name, nearest: nearest, unreadable: index.unreadable))
    }
    return TaskError(.unknownMember(name, group: group, nearest: nearest))
  }

  private mutating func group(
    _ name: String, _ mapping: TaskMapping, _ source: TaskSource, _ overrides: TaskMapping, within: [String]
  ) throws(TaskError) -> TaskMembers {
    var reader = TaskReader(mapping, source)
    let aggregates = TaskGroup.aggregates(&reader)
    var own = TaskMapping()
    for (key, value) in mapping.pairs where !TaskGroup.keys.contains(key) { own[key] = value }
    let overrides = own.overlaid(with: overrides)
    var members = TaskMembers()
    for member in mapping["task"]?.list ?? mapping["task"].map({ [$0] }) ?? [] {
      members.add(try self.member(member, of: name, source, overrides, within: within + [name]))
    }
    if members.tasks.isEmpty { reader.report(mapping["task"], .noMembers) }
    guard reader.findings.isEmpty else { throw TaskError(.findings(reader.findings)) }
    let alias = mapping["group_alias"]?.text ?? name
    members.groups.insert(
      TaskGroup(name: name, alias: alias, tasks: members.tasks.map(\.name), aggregates: aggregates), at: 0)
    return members
  }

  /// A member of a group: a name, or a mapping with a name and keys that go before the task's own.
  private mutating func member(
    _ node: TaskNode, of group: String, _ source: TaskSource, _ overrides: TaskMapping, within: [String]
  ) throws(TaskError) -> TaskMembers {
    if let name = node.text { return try members(of: name, overrides: overrides, within: within) }
    guard let mapping = node.mapping else {
      throw .malformed(
        node.file, line: node.line,
        .value("a member of group '\(group)'", expected: "a name or a mapping"))
    }
    if let include = mapping["include"] {
      throw .malformed(
        include.file, line: include.line,
        .unsupported("'include' of a member of group '\(group)'"))
    }
    if let name = mapping["group"]?.text {
      if index.entries[name] != nil {
        var own = mapping
        own["group"] = nil
        return try members(of: name, overrides: overrides.overlaid(with: own), within: within)
      }
      return try self.group("\(group)::\(name)", mapping, source, overrides, within: within)
    }
    guard let name = mapping["task"]?.text else {
      throw .malformed(
        node.file, line: node.line,
        .missing("key 'task' or 'group' of a member of group '\(group)'"))
    }
    var own = overrides.overlaid(with: mapping)
    if index.entries[name] != nil {
      own["task"] = nil
      return try members(of: name, overrides: own, within: within)
    }
    own["task"] = TaskNode(content: .text("\(group)::\(name)"), file: node.file, line: node.line)
    return TaskMembers("\(group)::\(name)", own, source)
  }
}
