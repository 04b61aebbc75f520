import Basics
import Bridge
import Configurate
import Foundation
import Templating

/// Reads the keys of a task file and collects everything that is wrong with them.
struct TaskReader {
  let source: TaskSource
  private(set) var mapping: TaskMapping
  /// The code of others that may run.
  let allowed: AllowedCode
  /// Whether all functions of the file are called in Python, for one of them has no native one: what one gives is then for the
  /// others as they have it.
  var callsPython = false
  /// Whether Python could call a function that was refused, or that a native one stands for in part.
  private(set) var lacksPython = false
  /// Throws for a document that a native function cannot decide.
  private(set) var documentCheck: (@Sendable (TemplateDictionary) throws -> Void)?
  var findings: [TaskFinding] = []
  /// The Python functions that the file names, each with the digest of its source.
  private(set) var functions: [String] = []
  /// What the file says and nothing reads: no fault of the task, yet of interest to its author.
  var notices: [TaskFinding]

  init(_ mapping: TaskMapping, _ source: TaskSource, _ allowed: AllowedCode = AllowedCode()) {
    self.mapping = mapping
    self.source = source
    self.allowed = allowed
    notices = mapping.allRepeated
  }

  /// Puts keys that come to the same in place of a class, where it is one that is known.
  ///
  /// - Returns: The class, for what no key comes to.
  mutating func resolveClass() -> NativeClass? {
    guard let node = node("class") else { return nil }
    guard case .function(let name) = node.content,
      let source = pythonFolder(of: node).flatMap({ PythonModules.shared.function(name, in: $0) })
    else {
      report(node, .noClass(found: node.phrase))
      return nil
    }
    guard let known = NativeClasses.known(by: source),
      let keys = try? TaskNode(yaml: known.keys, file: node.file).mapping
    else {
      report(node, .unknownClass(name, TaskFinding.Source(source)))
      return nil
    }
    note(name, source)
    mapping = keys.overlaid(with: mapping)
    mapping["class"] = nil
    return known
  }

  /// Notes a finding, once: a key may be read for more than one purpose.
  mutating func report(_ node: TaskNode? = nil, _ problem: TaskFinding.Problem) {
    let finding = TaskFinding(file: node?.file ?? source.name, line: node?.line ?? 0, problem)
    if !findings.suffix(64).contains(finding) { findings.append(finding) }
  }

  /// Reports that programs would be run.
  mutating func reportPrograms(_ node: TaskNode?) {
    report(node, .programs)
  }

  mutating func notice(_ node: TaskNode? = nil, _ problem: TaskFinding.Problem) {
    notices.append(TaskFinding(file: node?.file ?? source.name, line: node?.line ?? 0, problem))
  }

  /// Reports every key of `mapping` that is not among `known`.
  mutating func checkKeys(_ mapping: TaskMapping, known: [String], in place: String = "") {
    for (key, value) in mapping.pairs where !known.contains(key) {
      report(value, .unknownKey(place + key, nearest: nearestName(to: key, among: known)))
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
      report(node, .value(key: key, expected: "a text", found: node.phrase))
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
      .value(
        key: key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
        found: node.phrase))
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
      .value(
        key: key, expected: "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)",
        found: node.phrase))
    return nil
  }

  mutating func number(_ key: String, in group: TaskMapping? = nil) -> Double? {
    guard let node = node(key, in: group) else { return nil }
    switch node.content {
    case .integer(let value): return Double(value)
    case .number(let value) where value.isFinite: return value
    case .text(let text) where Double(whole: text)?.isFinite == true: return Double(whole: text)
    default:
      report(node, .value(key: key, expected: "a number", found: node.phrase))
      return nil
    }
  }

  mutating func boolean(_ key: String, in group: TaskMapping? = nil) -> Bool? {
    guard let node = node(key, in: group) else { return nil }
    if case .boolean(let value) = node.content { return value }
    report(node, .value(key: key, expected: "true or false", found: node.phrase))
    return nil
  }

  /// A truth value, or 0 or 1 in its place.
  mutating func flag(_ key: String, in group: TaskMapping? = nil) -> Bool? {
    if let number = node(key, in: group)?.integer, (0...1).contains(number) { return number == 1 }
    return boolean(key, in: group)
  }

  /// A flag that Python only tests: any text but an empty one is true.
  mutating func truth(_ key: String, in group: TaskMapping? = nil) -> Bool? {
    if let text = node(key, in: group)?.text { return !text.isEmpty }
    if let number = node(key, in: group)?.integer { return number != 0 }
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
        report(element, .element(key: key, expected: "texts", found: element.phrase))
      }
    }
    return texts
  }

  mutating func group(_ key: String) -> TaskMapping? {
    guard let node = node(key) else { return nil }
    if let mapping = node.mapping { return mapping }
    report(node, .value(key: key, expected: "a mapping", found: node.phrase))
    return nil
  }

  /// One of a set of names.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, in group: TaskMapping? = nil, as type: Choice.Type = Choice.self
  ) -> Choice? where Choice.RawValue == String {
    guard let name = text(key, in: group) else { return nil }
    if let value = Choice(rawValue: name) { return value }
    let names = Choice.allCases.map(\.rawValue)
    report(node(key, in: group), .choice(key: key, found: name, known: names))
    return nil
  }

  /// A field that makes something of a document.
  mutating func field(_ key: String, in group: TaskMapping? = nil) -> TaskField? {
    guard let node = node(key, in: group) else { return nil }
    switch node.content {
    case .integer, .boolean, .list: return .constant(node.templateValue)
    case .mapping(let mapping): return .constant(.list(mapping.pairs.map(\.value.templateValue)))
    case .text(let text):
      do {
        return .text(text, try Template(text, environment: .taskFile).located(in: node.file, at: key))
      } catch {
        report(node, .template(key: key, error))
        return nil
      }
    case .function(let name):
      guard let function = function(name, key, node) else { return nil }
      switch function {
      case .python(let call): return .function { try call.value($0) }
      case .native(.value(let body)): return .function(body)
      case .native: report(node, .function(name, key: key, needs: .document))
      }
      return nil
    case .null, .number:
      report(
        node, .value(key: key, expected: "a template, a number, a list or a function", found: node.phrase))
      return nil
    }
  }

  /// A function that stands at a key.
  mutating func documentFunction(
    _ key: String, in group: TaskMapping? = nil
  ) -> TaskFile.DocumentsFunction? {
    guard let node = node(key, in: group) else { return nil }
    guard case .function(let name) = node.content else {
      report(node, .value(key: key, expected: "a function", found: node.phrase))
      return nil
    }
    guard let function = function(name, key, node) else { return nil }
    switch function {
    case .python(let call): return .all { try call.documents($0) }
    case .native(.documents(let body)): return .each(body)
    case .native(.split(let body)): return .all(body)
    case .native(.drawn(let body)): return .drawn(body)
    case .native: break
    }
    report(node, .function(name, key: key, needs: .documents))
    return nil
  }

  /// - Parameter isRolling: Whether whole texts are scored.
  mutating func resultFunction(_ key: String, isRolling: Bool) -> ResultFunction? {
    guard let node = node(key) else { return nil }
    guard case .function(let name) = node.content else {
      report(node, .value(key: key, expected: "a function", found: node.phrase))
      return nil
    }
    guard let function = function(name, key, node) else { return nil }
    switch function {
    case .python(let call): return { try call.results($0, $1, isRolling: isRolling) }
    case .native(.results(let body)): return body
    case .native(.partialResults(let body, let check)):
      documentCheck = check
      return body
    case .native: report(node, .function(name, key: key, needs: .results))
    }
    return nil
  }

  /// The function behind a Python name: the one in Python where the file's functions are called there, else a native one. That
  /// is looked up under the data set's name, the file's folder and the task's name, since half of all task files call theirs
  /// `utils.process_docs`.
  mutating func function(_ name: String, _ key: String, _ node: TaskNode) -> NamedFunction? {
    var scopes: [String] = []
    for scope in [mapping["dataset_path"]?.text, Substring(node.file).folderName, mapping["task"]?.text] {
      if let scope = scope?.split(separator: "/").last { scopes.append(String(scope)) }
    }
    let folder = pythonFolder(of: node)
    let source = folder.flatMap { PythonModules.shared.function(name, in: $0) }
    if callsPython, let python = allowed.python, let folder {
      return call(PythonCall(python: python, name: name, folder: folder), source, key, node).map(
        NamedFunction.python)
    }
    if let found = TaskFunctions.shared.function(name, scopes: scopes, source: source) {
      note(name, source)
      // What decides some documents only is not for a run whose Python decides all.
      if case .partialResults = found, folder != nil { lacksPython = true }
      return .native(found)
    }
    lacksPython = lacksPython || folder != nil
    let registered = (scopes.first.map { "\($0):" } ?? "") + name
    report(
      node,
      .unknownFunction(name, key: key, source.map(TaskFinding.Source.init), registered: registered))
    return nil
  }

  /// Notes a function that the file names, once.
  private mutating func note(_ name: String, _ source: PythonFunction?) {
    guard let source, !functions.contains("\(name) \(source.digest)") else { return }
    functions.append("\(name) \(source.digest)")
  }

  private mutating func call(
    _ call: PythonCall, _ source: PythonFunction?, _ key: String, _ node: TaskNode
  ) -> PythonCall? {
    do throws(BridgeError) { try call.python.check(call) } catch {
      report(node, .python(key: key, ErrorCause(error)))
      return nil
    }
    note(call.name, source)
    return call
  }

  /// A filter that one of the file's Python modules registers with lm-evaluation-harness under that name.
  mutating func registeredFilter(_ name: String, _ node: TaskNode) -> PythonCall? {
    guard let folder = pythonFolder(of: node) else { return nil }
    let modules = mapping.pythonModules
    guard let python = allowed.python, callsPython else {
      lacksPython = lacksPython || !modules.isEmpty
      return nil
    }
    for module in modules {
      let call = PythonCall(python: python, name: "\(module):\(name)", folder: folder)
      do throws(BridgeError) { try python.check(call) } catch { continue }
      // No statement defines the registered name, so that the digest is of the whole module.
      note(call.name, PythonModules.shared.function("\(module).\(name)", in: folder))
      return call
    }
    return nil
  }

  /// A function that gives documents; only Python has such.
  mutating func datasetFunction(_ key: String) -> PythonCall? {
    guard let node = node(key), case .function(let name) = node.content else { return nil }
    guard let python = allowed.python, callsPython, let folder = pythonFolder(of: node) else {
      lacksPython = true
      return nil
    }
    return call(
      PythonCall(python: python, name: name, folder: folder),
      PythonModules.shared.function(name, in: folder), key, node)
  }

  /// The folder in which a task file's Python files lie; `nil` for definitions inside the binary.
  private func pythonFolder(of node: TaskNode) -> String? {
    guard case .file = source else { return nil }
    let folder = parentFolder(of: node.file)
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
  init(_ source: TaskSource, _ allowed: AllowedCode = AllowedCode()) throws(TaskError) {
    self.init(try source.mapping(), source, allowed)
  }
}

/// What a `!function` stands for.
enum NamedFunction: Sendable {
  case native(TaskFunction)
  case python(PythonCall)

  /// Whether a metric that it is gets the other keys of its entry.
  var takesKeys: Bool {
    switch self {
    case .python, .native(.programs): true
    case .native: false
    }
  }
}
