internal import Basics
internal import Foundation
internal import Yams

/// Bounds on what is read, far above any settings file and far below what could hurt.
private enum Limit {
  static let bytes = 4 << 20
  static let nodes = 100_000
  static let depth = 64
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
      throw SettingsError(
        .init(.unreadable(reason: "the root must be a mapping, got \(phrase)"), key: "", origin: origin))
    }
  }

  /// Reads the YAML or JSON file at `path`.
  ///
  /// - Throws: ``SettingsError`` if it cannot be opened, is no UTF-8, or is no tree of settings.
  public init(yamlFile path: String) throws(SettingsError) {
    let problem = { (reason: String) in
      SettingsError(.init(.unreadable(reason: reason), key: "", origin: .file(path, line: nil)))
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      switch (error as? CocoaError)?.code {
      case .fileReadNoSuchFile:
        throw SettingsError(
          .init(.missingFile(nearest: Self.nearestFile(to: path)), key: "", origin: .file(path, line: nil)))
      case .fileReadNoPermission: throw problem("the file may not be read")
      default: throw problem("the file cannot be opened")
      }
    }
    guard let text = String(validating: data, as: UTF8.self) else { throw problem("the file is not UTF-8") }
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
    let problem = { (reason: String, line: Int) in
      SettingsError(.init(.unreadable(reason: reason), key: "", origin: origin(line)))
    }
    guard text.utf8.count <= Limit.bytes else {
      throw problem("\(text.utf8.count) bytes are more than the \(Limit.bytes) allowed", 1)
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw problem(error.reason, error.line)
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
    guard count <= Limit.nodes else { throw problem("more than \(Limit.nodes) values", place) }
    guard depth <= Limit.depth else { throw problem("more than \(Limit.depth) levels of nesting", place) }
    let tag = node.writtenTag
    guard YAMLReader.tags.contains(tag) else {
      throw problem("the tag '\(tag)' is not understood", place)
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
          throw problem("a key must be a scalar", origin(key.mark?.line ?? 1))
        }
        guard group[name] == nil else {
          throw problem("the key '\(name)' stands twice in one mapping", origin(key.mark?.line ?? 1))
        }
        group[name] = try tree(of: value, depth: depth + 1)
      }
      return SettingsTree(.mapping(group), origin: place)
    case .alias:
      throw problem("an alias without its anchor", place)
    }
  }

  private func problem(_ reason: String, _ place: SettingOrigin) -> SettingsError {
    SettingsError(.init(.unreadable(reason: reason), key: "", origin: place))
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
  /// Yams' own words, without its snippet.
  fileprivate var reason: String {
    switch self as? YamlError {
    case .scanner(let context, let problem, _, _), .parser(let context, let problem, _, _),
      .composer(let context, let problem, _, _):
      problem.contains("nesting level")
        ? "nested too deeply" : (context.map { "\($0.text), " } ?? "") + problem
    case .reader(let problem, _, _, _): problem
    case .memory: "nested too deeply"
    case .duplicatedKeysInMapping(let names, _):
      "a key stands twice in one mapping: " + names.map { "'\($0)'" }.joined(separator: ", ")
    default: "\(self)"
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
