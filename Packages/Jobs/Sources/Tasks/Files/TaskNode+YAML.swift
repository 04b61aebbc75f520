import Basics
internal import Yams

extension TaskNode {
  private static let largestFile = 16 << 20
  private static let mostValues = 1 << 20
  private static let deepest = 64

  /// Reads a YAML text.
  ///
  /// - Throws: ``TaskError`` with file and line.
  init(yaml: String, file: String) throws(TaskError) {
    guard yaml.utf8.count <= Self.largestFile else {
      throw .malformed(
        file,
        .value(
          "a task file", expected: "at most \(Self.largestFile >> 20) MiB", found: "\(yaml.utf8.count) bytes")
      )
    }
    let node: Node?
    do { node = try LenientYAML.compose(yaml) } catch {
      let (line, reason) = Self.reason(error)
      throw TaskError(.noYAML(path: file, line: line, reason: reason))
    }
    guard let node else { throw .malformed(file, .missing("values", purpose: "the file is empty")) }
    var count = 0
    self = try Self.reading(node, file: file, depth: 0, count: &count)
  }

  /// Where a text is no YAML, and why.
  static func reason(_ error: any Error) -> (line: Int, reason: String) {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      (mark.line, problem)
    case .composer(let context, let problem, let mark, _):
      (mark.line, [context?.text, problem].compactMap(\.self).joined(separator: ", "))
    case .duplicatedKeysInMapping(_, let context): (context.mark.line, "a key stands twice")
    case .reader(let problem, _, _, _): (0, "no YAML: \(problem)")
    default: (0, "no YAML")
    }
  }

  private static func reading(
    _ node: Node, file: String, depth: Int, count: inout Int
  ) throws(TaskError) -> TaskNode {
    let line = node.mark?.line ?? 0
    count += 1
    guard count <= mostValues, depth <= deepest else {
      throw .malformed(
        file, line: line,
        .value("a task file", expected: "at most \(mostValues) values, in \(deepest) levels"))
    }
    func made(_ content: Content) -> TaskNode { TaskNode(content: content, file: file, line: line) }
    switch node {
    case .scalar(let scalar): return made(try content(of: scalar, file, line))
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
        guard let text = key.scalar?.string else {
          throw .malformed(file, line: line, .value("a key", expected: "a scalar"))
        }
        let (name, isRepeated) = LenientYAML.name(of: text)
        let isMerge = name == "<<" && key.scalar?.style == .plain
        let value = try reading(value, file: file, depth: depth + 1, count: &count)
        if isMerge, !isRepeated {
          for source in (value.list ?? [value]).reversed() {
            guard let mapping = source.mapping else {
              throw .malformed(
                file, line: source.line,
                .value("'<<'", expected: "a mapping or a list of mappings", found: source.phrase))
            }
            merged = merged.overlaid(with: mapping)
          }
        } else if isRepeated {
          own.repeated.append(
            TaskFinding(file: file, line: key.mark?.line ?? line, .repeated(.key(name))))
        } else {
          own[name] = value
        }
      }
      return made(.mapping(merged.overlaid(with: own)))
    case .alias: throw .malformed(file, line: line, .missing("anchor of an alias"))
    }
  }

  private static func content(
    of scalar: Node.Scalar, _ file: String, _ line: Int
  ) throws(TaskError) -> Content {
    let (node, tag) = (Node.scalar(scalar), LenientYAML.tag(of: scalar))
    let prefix = "tag:yaml.org,2002:"
    switch tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : tag {
    case "null": return .null
    case "bool": return node.bool.map(Content.boolean) ?? .text(scalar.string)
    case "int": return node.int.map(Content.integer) ?? .text(scalar.string)
    case "float": return node.float.map(Content.number) ?? .text(scalar.string)
    case "str", "timestamp", "merge", "value", "!": return .text(scalar.string)
    case "!function": return .function(scalar.string)
    default: throw .malformed(file, line: line, .unsupported("the tag '\(tag)'"))
    }
  }
}
