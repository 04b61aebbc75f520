import Basics
import Configurate
import Foundation
import Templating

/// Reads the keys of a task file and collects everything that is wrong with them.
struct TaskReader {
  let source: TaskSource
  let mapping: TaskMapping
  var findings: [TaskFinding] = []
  /// The Python functions that native ones stand for, each with the digest of its source.
  private(set) var functions: [String] = []
  /// What the file says and nothing reads: no fault of the task, yet of interest to its author.
  var notices: [TaskFinding]

  init(_ mapping: TaskMapping, _ source: TaskSource) {
    self.mapping = mapping
    self.source = source
    notices = mapping.allRepeated
  }

  /// Notes a finding, once: a key may be read for more than one purpose.
  mutating func report(_ node: TaskNode? = nil, _ message: String) {
    let finding = TaskFinding(file: node?.file ?? source.name, line: node?.line ?? 0, message: message)
    if !findings.suffix(64).contains(finding) { findings.append(finding) }
  }

  mutating func notice(_ node: TaskNode? = nil, _ message: String) {
    notices.append(TaskFinding(file: node?.file ?? source.name, line: node?.line ?? 0, message: message))
  }

  /// Reports every key of `mapping` that is not among `known`.
  mutating func checkKeys(_ mapping: TaskMapping, known: [String], in place: String = "") {
    for (key, value) in mapping.pairs where !known.contains(key) {
      let near = suggestion(for: key, among: known)
      report(value, "unknown key '\(place)\(key)'\(near)")
    }
  }

  /// The value of a key, `nil` where it is absent or null.
  func node(_ key: String, in group: TaskMapping? = nil) -> TaskNode? {
    guard let node = (group ?? mapping)[key], !node.isNull else { return nil }
    return node
  }

  mutating func text(_ key: String, in group: TaskMapping? = nil) -> String? {
    guard let node = node(key, in: group) else { return nil }
    switch node.content {
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .number(let value): return "\(value)"
    default:
      report(node, "'\(key)' must be a text, found \(node.phrase)")
      return nil
    }
  }

  /// A whole number in a range; all numbers of task files go through here, so that none of them overflows what is
  /// computed with it.
  mutating func integer(
    _ key: String, in group: TaskMapping? = nil, within range: ClosedRange<Int>
  ) -> Int? {
    guard let node = node(key, in: group) else { return nil }
    if let value = node.integer, range.contains(value) { return value }
    report(
      node,
      "'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound), found \(node.phrase)")
    return nil
  }

  /// A list of whole numbers in a range.
  mutating func integers(
    _ key: String, in group: TaskMapping? = nil, within range: ClosedRange<Int>
  ) -> [Int]? {
    guard let node = node(key, in: group) else { return nil }
    let values = node.list?.compactMap(\.integer).filter(range.contains)
    if let values, values.count == node.list?.count { return values }
    report(
      node,
      "'\(key)' must be a list of whole numbers from \(range.lowerBound) to \(range.upperBound), found \(node.phrase)"
    )
    return nil
  }

  mutating func number(_ key: String, in group: TaskMapping? = nil) -> Double? {
    guard let node = node(key, in: group) else { return nil }
    switch node.content {
    case .integer(let value): return Double(value)
    case .number(let value) where value.isFinite: return value
    case .text(let text) where Double(text)?.isFinite == true: return Double(text)
    default:
      report(node, "'\(key)' must be a number, found \(node.phrase)")
      return nil
    }
  }

  mutating func boolean(_ key: String, in group: TaskMapping? = nil) -> Bool? {
    guard let node = node(key, in: group) else { return nil }
    if case .boolean(let value) = node.content { return value }
    report(node, "'\(key)' must be true or false, found \(node.phrase)")
    return nil
  }

  /// A flag that Python only tests: any text but an empty one is true.
  mutating func truth(_ key: String, in group: TaskMapping? = nil) -> Bool? {
    if let text = node(key, in: group)?.text { return !text.isEmpty }
    return boolean(key, in: group)
  }

  /// A text or a list of texts.
  mutating func texts(_ key: String, in group: TaskMapping? = nil) -> [String]? {
    guard let node = node(key, in: group) else { return nil }
    var texts: [String] = []
    for element in node.list ?? [node] {
      if let text = element.text {
        texts.append(text)
      } else {
        report(element, "'\(key)' must hold texts, found \(element.phrase)")
      }
    }
    return texts
  }

  mutating func group(_ key: String) -> TaskMapping? {
    guard let node = node(key) else { return nil }
    if let mapping = node.mapping { return mapping }
    report(node, "'\(key)' must be a mapping, found \(node.phrase)")
    return nil
  }

  /// One of a set of names.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, in group: TaskMapping? = nil, as type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    guard let name = text(key, in: group) else { return nil }
    if let value = Choice(rawValue: name) { return value }
    let names = Choice.allCases.map(\.rawValue)
    let near = suggestion(for: name, among: names)
    report(
      node(key, in: group),
      "'\(key)' must be one of \(names.map { "'\($0)'" }.joined(separator: ", ")), found '\(name)'\(near)")
    return nil
  }

  /// A field that makes something of a document.
  mutating func field(_ key: String, in group: TaskMapping? = nil) -> TaskField? {
    guard let node = node(key, in: group) else { return nil }
    switch node.content {
    case .integer(let value): return .integer(value)
    case .list(let elements): return .list(elements.map(\.templateValue))
    case .mapping(let mapping): return .list(mapping.pairs.map(\.value.templateValue))
    case .text(let text):
      do {
        return .text(text, try Template(text, environment: .taskFile).located(in: node.file, at: key))
      } catch {
        report(node, "'\(key)' is no template: \(error)")
        return nil
      }
    case .function(let name):
      guard let function = function(name, key, node) else { return nil }
      if case .value(let body) = function { return .function(body) }
      report(node, "'\(key)' needs a function of a document, and '\(name)' is none")
      return nil
    case .null, .boolean, .number:
      report(node, "'\(key)' must be a template, a number, a list or a function, found \(node.phrase)")
      return nil
    }
  }

  /// A function that stands at a key.
  mutating func documentFunction(
    _ key: String, in group: TaskMapping? = nil
  ) -> TaskFile.DocumentsFunction? {
    guard let node = node(key, in: group) else { return nil }
    guard case .function(let name) = node.content else {
      report(node, "'\(key)' must be a function, found \(node.phrase)")
      return nil
    }
    guard let function = function(name, key, node) else { return nil }
    switch function {
    case .documents(let body): return .each(body)
    case .split(let body): return .all(body)
    default: break
    }
    report(node, "'\(key)' needs a function of documents, and '\(name)' is none")
    return nil
  }

  mutating func resultFunction(_ key: String) -> ResultFunction? {
    guard let node = node(key) else { return nil }
    guard case .function(let name) = node.content else {
      report(node, "'\(key)' must be a function, found \(node.phrase)")
      return nil
    }
    guard let function = function(name, key, node) else { return nil }
    if case .results(let body) = function { return body }
    report(node, "'\(key)' needs a function of results, and '\(name)' is none")
    return nil
  }

  /// The native function behind a Python name; it is looked up under the data set's name, the file's folder and the
  /// task's name, since half of all task files call theirs `utils.process_docs`.
  mutating func function(_ name: String, _ key: String, _ node: TaskNode) -> TaskFunction? {
    var scopes: [String] = []
    for scope in [mapping["dataset_path"]?.text, Substring(node.file).folderName, mapping["task"]?.text] {
      if let scope = scope?.split(separator: "/").last { scopes.append(String(scope)) }
    }
    let source = pythonFolder(of: node).flatMap { PythonModules.shared.function(name, in: $0) }
    if let found = TaskFunctions.shared.function(name, scopes: scopes, source: source) {
      if let source, !functions.contains("\(name) \(source.digest)") {
        functions.append("\(name) \(source.digest)")
      }
      return found
    }
    let reason =
      source.map {
        "and what '\(($0.path as NSString).lastPathComponent)' says it does is not known here (digest \($0.digest), shape \($0.shape))"
      } ?? "and no native function is registered under it"
    report(
      node,
      "'\(key)' names the Python function '\(name)', \(reason); register one with TaskFunctions as '\(scopes.first.map { "\($0):" } ?? "")\(name)'"
    )
    return nil
  }

  /// The folder in which a task file's Python files lie; `nil` for definitions inside the binary.
  private func pythonFolder(of node: TaskNode) -> String? {
    guard case .file = source else { return nil }
    let folder = (node.file as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }
}

extension Substring {
  /// `tasks` in `a/tasks/file.yaml`.
  fileprivate var folderName: String? {
    let parts = split(separator: "/")
    return parts.count > 1 ? String(parts[parts.count - 2]) : nil
  }
}

extension TaskReader {
  init(_ source: TaskSource) throws(TaskError) { self.init(try source.mapping(), source) }
}
