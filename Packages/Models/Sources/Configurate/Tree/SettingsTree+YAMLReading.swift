internal import Basics
internal import Foundation
internal import Yams

/// Bounds on what is read, far above any settings file and far below what could hurt.
private enum Limit {
  static let bytes = 4 << 20
  static let nodes = 100_000
  static let depth = 64

  static let levels = Violation.value("levels of nesting", expected: "at most \(depth)")
}

extension SettingsError {
  /// Of a text as a whole.
  fileprivate init(_ kind: Problem.Kind, at origin: SettingOrigin?) {
    self.init(.init(kind, key: "", origin: origin))
  }
}

extension SettingsTree {
  /// Reads a YAML or JSON text whose root is a mapping; an empty text is an empty tree.
  ///
  /// Plain scalars mean what YAML's core schema and OmegaConf agree on (`3`, `0x1f`, `1e-3`, `.inf`, `true`, `null`);
  /// `yes`, `on`, dates and the like stay text. `???` is a missing value, quoted or not.
  ///
  /// - Parameters:
  ///   - yaml: At most 4 MiB, 64 levels deep, and 100 000 values after aliases are expanded.
  ///   - name: What errors call the text, such as the file's path.
  ///   - isData: Whether the text is part of a data file, which its user did not write.
  /// - Throws: ``SettingsError`` with the line.
  public init(yaml: String, name: String, isData: Bool = false) throws(SettingsError) {
    self = try Self.reading(yaml) { isData ? .data(name, line: $0) : .file(name, line: $0) }
    if isNull { self = SettingsTree(.mapping(.init()), origin: origin) }
    guard mapping != nil else {
      throw SettingsError(.violation(.value("the root", expected: "a mapping", found: phrase)), at: origin)
    }
  }

  /// Reads the YAML or JSON file at `path`.
  ///
  /// - Throws: ``SettingsError`` if it cannot be opened, is no UTF-8, or is no tree of settings.
  public init(yamlFile path: String) throws(SettingsError) {
    let origin = SettingOrigin.file(path, line: nil)
    let data: Data
    do throws(InputFileError) { data = try inputContents(path) } catch {
      throw SettingsError(
        error.isMissing ? .missingFile(nearest: Self.nearestFile(to: path)) : .unopened(reason: error.reason),
        at: origin)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw SettingsError(.violation(.value("the file", expected: "UTF-8")), at: origin)
    }
    try self.init(yaml: text, name: path)
  }

  /// The path of the file that is named most like the one at `path`, in the same folder.
  private static func nearestFile(to path: String) -> String? {
    let folder = parentFolder(of: path)
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    let nearest = nearestName(to: (path as NSString).lastPathComponent, among: (names ?? []).sorted())
    return nearest.map { (folder as NSString).appendingPathComponent($0) }
  }

  /// Reads the value of an override; an empty one is null.
  init(override value: String, _ origin: SettingOrigin) throws(SettingsError) {
    self = try Self.reading(value) { _ in origin }
  }

  private static func reading(
    _ text: String, at origin: @escaping (Int) -> SettingOrigin
  ) throws(SettingsError) -> SettingsTree {
    var reader = YAMLReader(origin: origin)
    guard text.utf8.count <= Limit.bytes else {
      throw SettingsError(
        .violation(
          .value("length", expected: "at most \(Limit.bytes) bytes", found: "\(text.utf8.count)")),
        at: origin(1))
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw SettingsError(error.kind, at: origin(error.line))
    }
    guard let node else { return SettingsTree(.null, origin: origin(1)) }
    return try reader.tree(of: node, depth: 0)
  }
}

/// Turns Yams' nodes into trees, counting them.
private struct YAMLReader {
  let origin: (Int) -> SettingOrigin
  var count = 0

  /// Those that change nothing here, and those that make a scalar text.
  private static let tags: Set<String> = [
    "", "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
  ]

  mutating func tree(of node: Node, depth: Int) throws(SettingsError) -> SettingsTree {
    let place = origin(node.mark?.line ?? 1)
    count += 1
    guard count <= Limit.nodes else {
      throw problem(.value("values", expected: "at most \(Limit.nodes)"), place)
    }
    guard depth <= Limit.depth else { throw problem(Limit.levels, place) }
    let tag = node.writtenTag
    guard YAMLReader.tags.contains(tag) else {
      throw problem(.unsupported("the tag '\(tag)'"), place)
    }
    switch node {
    case .scalar(let scalar):
      guard tag.isEmpty, scalar.style == .plain || scalar.style == .any else {
        return SettingsTree(scalar.string == "???" ? .missing : .text(scalar.string), origin: place)
      }
      let content = ScalarText.content(of: scalar.string)
      return SettingsTree(content, origin: place, spelling: content.isNumeric ? scalar.string : nil)
    case .sequence(let sequence):
      var elements: [SettingsTree] = []
      for element in sequence { elements.append(try tree(of: element, depth: depth + 1)) }
      return SettingsTree(.list(elements), origin: place)
    case .mapping(let mapping):
      var group = SettingsMapping()
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw problem(.value("a key", expected: "a scalar"), origin(key.mark?.line ?? 1))
        }
        guard group[name] == nil else {
          throw problem(.repeated("the key '\(name)'"), origin(key.mark?.line ?? 1))
        }
        group[name] = try tree(of: value, depth: depth + 1)
      }
      return SettingsTree(.mapping(group), origin: place)
    case .alias:
      throw problem(.missing("anchor of the alias"), place)
    }
  }

  private func problem(_ violation: Violation, _ place: SettingOrigin) -> SettingsError {
    SettingsError(.violation(violation), at: place)
  }
}

extension Node {
  /// The tag that stands in the text, or nothing; `tag` itself would guess one.
  fileprivate var writtenTag: String {
    switch self {
    case .scalar(let scalar): "\(scalar.tag)"
    case .sequence(let sequence): "\(sequence.tag)"
    case .mapping(let mapping): "\(mapping.tag)"
    case .alias(let alias): "\(alias.tag)"
    }
  }
}

extension SettingsTree.Content {
  fileprivate var isNumeric: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }
}

extension Error {
  /// Yams' own words, without its snippet, where there is no fact in them.
  fileprivate var kind: SettingsError.Problem.Kind {
    switch self as? YamlError {
    case .scanner(let context, let problem, _, _), .parser(let context, let problem, _, _),
      .composer(let context, let problem, _, _):
      problem.contains("nesting level")
        ? .violation(Limit.levels) : .noYAML(reason: (context.map { "\($0.text), " } ?? "") + problem)
    case .reader(let problem, _, _, _): .noYAML(reason: problem)
    case .memory: .violation(Limit.levels)
    case .duplicatedKeysInMapping(let names, _): .violation(.repeated("the key '\(names.first ?? "")'"))
    default: .noYAML(reason: "\(self)")
    }
  }

  fileprivate var line: Int {
    switch self as? YamlError {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: 1
    }
  }
}
