/// Which files of a data set hold which split of which configuration, as the `datasets` library finds them.
public struct DatasetLayout: Sendable {
  /// What a data set does not have, and what it has in its place.
  public enum Lack: Error, Sendable, Equatable {
    case configuration(String, known: [String])
    case split(String, known: [String])
  }

  /// The names of the configurations, the default one first.
  public let configurations: [String]
  private let splits: [String: [Split]]
  /// Whether one of the configurations is taken where none is named.
  private let hasDefault: Bool

  private struct Split: Sendable {
    let name: String
    let files: [String]
  }

  /// - Parameters:
  ///   - files: All files, by their paths within the data set.
  ///   - card: The text of its `README.md`.
  public init(files: [String], card: String? = nil) {
    let declared = card.map { DatasetCard($0).configurations } ?? []
    guard !declared.isEmpty else {
      let splits = SplitNames.splits(of: files).map(Split.init)
      configurations = splits.isEmpty ? [] : ["default"]
      self.splits = ["default": splits]
      hasDefault = true
      return
    }
    let standard =
      declared.first { $0.isDefault || $0.name == "default" } ?? (declared.count == 1 ? declared[0] : nil)
    configurations = (standard.map { [$0.name] } ?? []) + declared.map(\.name).filter { $0 != standard?.name }
    splits = Dictionary(
      declared.map { ($0.name, Self.splits(of: $0, among: files)) }, uniquingKeysWith: { first, _ in first })
    hasDefault = standard != nil
  }

  private static func splits(of configuration: DatasetCard.Configuration, among files: [String]) -> [Split] {
    let prefix = configuration.folder.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
    let within = files.filter { $0.hasPrefix(prefix) }
    guard let patterns = configuration.patterns else {
      return SplitNames.splits(of: within.map { String($0.dropFirst(prefix.count)) })
        .map { Split(name: $0.name, files: $0.files.map { prefix + $0 }) }
    }
    return patterns.map { split, patterns in
      let found = patterns.flatMap { pattern in
        let pattern = PathPattern(prefix + (pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern))
        return within.filter { pattern.matches($0) }.sorted()
      }
      return Split(name: split, files: found)
    }
  }

  /// Whether a file may hold documents, by its name.
  public static func isData(_ file: String) -> Bool { SplitNames.isData(file) }

  /// The files of a split, in the order in which their rows follow each other.
  ///
  /// - Parameter configuration: The default one where not given.
  public func files(of split: String, configuration: String?) throws(Lack) -> [String] {
    let name = configuration ?? (hasDefault ? configurations.first : nil) ?? "default"
    guard let splits = splits[name], !splits.isEmpty else {
      throw .configuration(name, known: configurations)
    }
    guard let found = splits.first(where: { $0.name == split }), !found.files.isEmpty else {
      throw .split(split, known: splits.map(\.name))
    }
    return found.files
  }
}
