import Foundation

/// Where progress and logs go; standard output carries results only.
let standardError = FileHandle.standardError

extension FileHandle {
  func write(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}

/// Columns under each other, those of texts to the left and the others to the right.
struct TextTable {
  var header: [String]
  /// The columns that hold texts.
  var textColumns: Set<Int> = [0]
  var rows: [[String]] = []

  var text: String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let lines = all.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return textColumns.contains(column) ? cell + padding : padding + cell
      }.joined(separator: "  ").replacing(#/ +$/#, with: "")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }
}
