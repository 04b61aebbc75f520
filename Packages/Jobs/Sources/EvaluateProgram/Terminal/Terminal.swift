import Basics
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
    let all = Self.printable([header] + rows)
    let widths = Self.widths(of: all)
    let lines = Self.lines(all, widths) { textColumns.contains($0) }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([lines[0], rule] + lines.dropFirst()).joined(separator: "\n")
  }

  /// Columns of texts without a rule, a line for each row: for scripts, and for names beside what they name.
  static func columns(_ rows: [[String]]) -> [String] {
    let rows = printable(rows)
    return lines(rows, widths(of: rows)) { _ in true }
  }

  /// Names come from files of others.
  private static func printable(_ rows: [[String]]) -> [[String]] { rows.map { $0.map { $0.printable() } } }

  private static func widths(of rows: [[String]]) -> [Int] {
    (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  private static func lines(_ rows: [[String]], _ widths: [Int], isText: (Int) -> Bool) -> [String] {
    rows.map { row in
      let line = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return isText(column) ? cell + padding : padding + cell
      }.joined(separator: "  ")
      return line.lastIndex { $0 != " " }.map { String(line[...$0]) } ?? ""
    }
  }
}
