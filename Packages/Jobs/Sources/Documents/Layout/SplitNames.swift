import Foundation

/// Which files are which split's, by their names alone.
///
/// - Source: the `datasets` library 5.2, `data_files.py`: the first rule that finds a file is the one that counts.
enum SplitNames {
  private static let keywords: [(split: String, words: [String])] = [
    ("train", ["train", "training"]), ("validation", ["validation", "valid", "dev", "val"]),
    ("test", ["test", "testing", "eval", "evaluation"]),
  ]
  private static let ignored: Set<String> = [
    "README.md", "config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json",
  ]

  /// The splits in their order, each with its files in theirs.
  static func splits(of files: [String]) -> [(name: String, files: [String])] {
    let data = files.filter(isData).sorted()
    for rule in [shards, { named($0, isInFolder) }, { named($0, isInName) }] {
      let splits = rule(data)
      if !splits.isEmpty { return splits }
    }
    return data.isEmpty ? [] : [("train", data)]
  }

  /// Whether a file is of a form that is read, and neither hidden nor about the others.
  static func isData(_ file: String) -> Bool {
    let parts = file.split(separator: "/")
    guard let name = parts.last, !ignored.contains(String(name)) else { return false }
    return DocumentFile.form(of: file) != nil
      && parts.allSatisfy { !$0.hasPrefix(".") && !$0.hasPrefix("__") }
  }

  /// `data/{split}-00000-of-00001.parquet`
  private static func shards(_ files: [String]) -> [(name: String, files: [String])] {
    let pattern = PathPattern("data/*-[0-9][0-9][0-9][0-9][0-9]-of-[0-9][0-9][0-9][0-9][0-9]*.*")
    var splits: [(name: String, files: [String])] = []
    for file in files where pattern.matches(file) {
      let name = String(file.dropFirst("data/".count))
      guard let end = name.range(of: "-of-")?.lowerBound, name[..<end].count > 6 else { continue }
      let split = String(name[..<end].dropLast(6))
      if let place = splits.firstIndex(where: { $0.name == split }) {
        splits[place].files.append(file)
      } else {
        splits.append((split, [file]))
      }
    }
    return splits
  }

  private static func named(
    _ files: [String], _ isNamed: (String, String) -> Bool
  ) -> [(name: String, files: [String])] {
    keywords.compactMap { split, words in
      let found = files.filter { file in words.contains { isNamed(file, $0) } }
      return found.isEmpty ? nil : (split, found)
    }
  }

  private static func isInFolder(_ file: String, _ word: String) -> Bool {
    file.split(separator: "/").dropLast().contains { has(word, in: $0 + ".") }
  }

  private static func isInName(_ file: String, _ word: String) -> Bool {
    file.split(separator: "/").last.map { has(word, in: $0) } ?? false
  }

  /// Whether a word stands in a name between its beginning, or what is no letter, and what is no letter.
  private static func has(_ word: String, in name: some StringProtocol) -> Bool {
    let isSeparator = { (character: Character) in "-._ 0123456789".contains(character) }
    var rest = name[...]
    while let range = rest.range(of: word) {
      let isBegun =
        range.lowerBound == name.startIndex || isSeparator(name[name.index(before: range.lowerBound)])
      if isBegun, range.upperBound < name.endIndex, isSeparator(name[range.upperBound]) { return true }
      rest = rest[range.upperBound...]
    }
    return false
  }
}
