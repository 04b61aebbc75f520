import Templating
internal import Yams

/// A value of a task file, with the place where it is written.
///
/// Plain scalars mean what PyYAML says they mean (YAML 1.1: `no` is false), since task files are written for it.
struct TaskNode: Sendable {
  indirect enum Content: Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([TaskNode])
    case mapping(TaskMapping)
    /// `!function module.name`
    case function(String)
  }

  var content: Content
  var file: String
  var line: Int

  var mapping: TaskMapping? { if case .mapping(let mapping) = content { mapping } else { nil } }
  var list: [TaskNode]? { if case .list(let elements) = content { elements } else { nil } }
  var text: String? { if case .text(let text) = content { text } else { nil } }
  var isNull: Bool { if case .null = content { true } else { false } }

  /// What it is, for a sentence.
  var phrase: String {
    switch content {
    case .null: "nothing"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): "'\(text.prefix(60))'"
    case .list: "a list"
    case .mapping: "a mapping"
    case .function(let name): "the function '\(name)'"
    }
  }

  /// The same value for templates; functions become their names.
  var templateValue: TemplateValue {
    switch content {
    case .null: .null
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .float(value)
    case .text(let text), .function(let text): .string(text)
    case .list(let elements): .list(elements.map(\.templateValue))
    case .mapping(let mapping): .dictionary(mapping.templateDictionary)
    }
  }
}

/// Keys and values in the order of the file, each key once.
struct TaskMapping: Sendable {
  private(set) var keys: [String] = []
  private var values: [String: TaskNode] = [:]

  subscript(key: String) -> TaskNode? {
    get { values[key] }
    set {
      if newValue == nil { keys.removeAll { $0 == key } }
      if newValue != nil, values[key] == nil { keys.append(key) }
      values[key] = newValue
    }
  }

  var pairs: [(key: String, value: TaskNode)] {
    keys.compactMap { key in values[key].map { (key, $0) } }
  }

  /// This mapping with the pairs of `other` in place of its own.
  func overlaid(with other: TaskMapping) -> TaskMapping {
    var result = self
    for (key, value) in other.pairs { result[key] = value }
    return result
  }

  var templateDictionary: TemplateDictionary {
    var dictionary = TemplateDictionary()
    for (key, value) in pairs { dictionary[key] = value.templateValue }
    return dictionary
  }
}

extension TaskNode {
  private static let largestFile = 16 << 20
  private static let mostValues = 1 << 20
  private static let deepest = 64

  /// Reads a YAML text.
  ///
  /// - Throws: ``TaskError`` with file and line.
  init(yaml: String, file: String) throws(TaskError) {
    guard yaml.utf8.count <= Self.largestFile else {
      throw .badData("'\(file)': a task file of more than \(Self.largestFile >> 20) MiB")
    }
    let node: Node?
    do { node = try Yams.compose(yaml: yaml) } catch {
      throw .badData("'\(file)': \(Self.sentence(error))")
    }
    guard let node else { throw .badData("'\(file)': the file is empty") }
    var count = 0
    self = try Self.reading(node, file: file, depth: 0, count: &count)
  }

  private static func sentence(_ error: any Error) -> String {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "\(problem) in line \(mark.line)"
    case .duplicatedKeysInMapping(let names, let context):
      "the key '\(names.first.map { "\($0)" } ?? "")' stands twice in the mapping of line \(context.mark.line)"
    default: "no YAML: \(error)"
    }
  }

  private static func reading(
    _ node: Node, file: String, depth: Int, count: inout Int
  ) throws(TaskError) -> TaskNode {
    let line = node.mark?.line ?? 0
    count += 1
    guard count <= mostValues, depth <= deepest else {
      throw .badData("'\(file)', line \(line): more than \(mostValues) values, or \(deepest) levels of them")
    }
    func made(_ content: Content) -> TaskNode { TaskNode(content: content, file: file, line: line) }
    switch node {
    case .scalar(let scalar):
      let tag = "\(node.tag)"
      let prefix = "tag:yaml.org,2002:"
      switch tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : tag {
      case "null": return made(.null)
      case "bool": return made(node.bool.map(Content.boolean) ?? .text(scalar.string))
      case "int": return made(node.int.map(Content.integer) ?? .text(scalar.string))
      case "float": return made(node.float.map(Content.number) ?? .text(scalar.string))
      case "str", "timestamp", "merge", "value", "!": return made(.text(scalar.string))
      case "!function": return made(.function(scalar.string))
      default: throw .badData("'\(file)', line \(line): the tag '\(tag)' is not understood")
      }
    case .sequence(let sequence):
      var elements: [TaskNode] = []
      for element in sequence {
        elements.append(try reading(element, file: file, depth: depth + 1, count: &count))
      }
      return made(.list(elements))
    case .mapping(let mapping):
      var merged = TaskMapping()
      var own = TaskMapping()
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw .badData("'\(file)', line \(line): a key must be a scalar")
        }
        let value = try reading(value, file: file, depth: depth + 1, count: &count)
        guard name == "<<" else {
          own[name] = value
          continue
        }
        for source in (value.list ?? [value]).reversed() {
          merged = merged.overlaid(with: source.mapping ?? TaskMapping())
        }
      }
      return made(.mapping(merged.overlaid(with: own)))
    case .alias: throw .badData("'\(file)', line \(line): an alias without its anchor")
    }
  }
}
