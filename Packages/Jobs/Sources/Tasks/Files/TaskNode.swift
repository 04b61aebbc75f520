import Templating

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
  /// The keys that stand once more in the mappings of this value.
  fileprivate var repeated: [TaskFinding] {
    switch content {
    case .list(let elements): elements.flatMap(\.repeated)
    case .mapping(let mapping): mapping.allRepeated
    default: []
    }
  }
  /// The Python modules whose functions this value names.
  fileprivate var pythonModules: [String] {
    switch content {
    case .function(let name): name.lastIndex(of: ".").map { [String(name[..<$0])] } ?? []
    case .list(let elements): elements.flatMap(\.pythonModules)
    case .mapping(let mapping): mapping.pythonModules
    default: []
    }
  }
  /// A whole number, also where it is written as `2.0`.
  var integer: Int? {
    switch content {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }
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

  /// What it is, without saying what it holds.
  var kind: String { if case .text = content { "a text" } else { phrase } }

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
  /// Keys that stand once more in the file, each with the line that does not count.
  var repeated: [TaskFinding] = []

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
    result.repeated += other.repeated
    return result
  }

  /// ``repeated``, of the mappings within this one, too.
  var allRepeated: [TaskFinding] { repeated + pairs.flatMap(\.value.repeated) }

  /// The Python modules whose functions the values name, each once.
  var pythonModules: [String] {
    var seen = Set<String>()
    return pairs.flatMap(\.value.pythonModules).filter { seen.insert($0).inserted }
  }

  var templateDictionary: TemplateDictionary {
    var dictionary = TemplateDictionary()
    for (key, value) in pairs { dictionary[key] = value.templateValue }
    return dictionary
  }
}
