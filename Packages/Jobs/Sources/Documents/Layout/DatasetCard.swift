import Foundation
import Yams

/// The configurations that the `README.md` of a data set declares before its text, under `configs`.
///
/// - Source: the Hub's documentation, *Manual Configuration* of data sets.
struct DatasetCard {
  struct Configuration {
    var name: String
    var isDefault = false
    var folder: String?
    /// Patterns by split; `nil` where the names of the files decide.
    var patterns: [(split: String, patterns: [String])]?
  }

  private(set) var configurations: [Configuration] = []

  /// More than any card has; what lies behind is text.
  private static let longest = 1 << 20

  /// A card that cannot be read declares nothing, as one without this part.
  init(_ text: String) {
    let lines = text.prefix(Self.longest).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first?.trimmingCharacters(in: .whitespaces) == "---",
      let end = lines.dropFirst().firstIndex(where: { $0.trimmingCharacters(in: .whitespaces) == "---" }),
      let yaml = try? Yams.compose(yaml: lines[1..<end].joined(separator: "\n")),
      let list = yaml.mapping?["configs"]?.sequence
    else { return }
    configurations = list.compactMap { node in
      guard let mapping = node.mapping, let name = mapping["config_name"]?.string else { return nil }
      return Configuration(
        name: name, isDefault: mapping["default"]?.bool ?? false, folder: mapping["data_dir"]?.string,
        patterns: mapping["data_files"].map(Self.patterns))
    }
  }

  private static func patterns(_ node: Node) -> [(split: String, patterns: [String])] {
    if let mapping = node.mapping {
      return mapping.compactMap { key, value in key.string.map { ($0, texts(value)) } }
    }
    guard let list = node.sequence, list.contains(where: { $0.mapping != nil }) else {
      return [("train", texts(node))]
    }
    return list.compactMap { entry in
      guard let mapping = entry.mapping, let split = mapping["split"]?.string, let path = mapping["path"]
      else {
        return nil
      }
      return (split, texts(path))
    }
  }

  private static func texts(_ node: Node) -> [String] {
    node.sequence.map { $0.compactMap(\.string) } ?? node.string.map { [$0] } ?? []
  }
}
