/// What a command line asks to measure: group names, and `key=value` to keep some rows of the tables only.
///
///     product score shape=49152,576 rows=512 threads=2
struct Selection {
  private let groups: Set<String>
  private let wanted: [String: String]

  static let current = Selection(CommandLine.arguments.dropFirst())

  init(_ words: ArraySlice<String>) {
    groups = Set(words.filter { !$0.contains("=") })
    wanted = Dictionary(
      words.filter { $0.contains("=") }.map { word in
        let parts = word.split(separator: "=", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      }, uniquingKeysWith: { $1 })
  }

  /// Whether a group is to be run: all are, unless some are named.
  func contains(_ group: String) -> Bool { groups.isEmpty || groups.contains(group) }

  /// Whether a row of a table is to be measured.
  func contains(shape: String, rows: Int, threads: Int) -> Bool {
    [("shape", shape), ("rows", "\(rows)"), ("threads", "\(threads)")].allSatisfy { key, value in
      wanted[key].map { $0 == value } ?? true
    }
  }
}
