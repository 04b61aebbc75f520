import Foundation

/// Rows of separated values, read line by line: a quoted cell may hold separators, ends of lines and doubled quotes.
///
/// SwiftCSV, which reads the data sets of tasks, needs the whole file in memory.
///
/// - Source: Shafranovich 2005, RFC 4180, §2.
struct SeparatedRecords {
  private var lines: ByteLines
  private let separator: Character
  private let path: String
  /// Where the record that was last taken begins.
  private(set) var firstLine = 0

  init(_ lines: ByteLines, separator: Character, path: String) {
    self.lines = lines
    self.separator = separator
    self.path = path
  }

  var bytesRead: Int { lines.bytesRead }

  /// The cells of the next record, or `nil` after the last; empty lines are none.
  ///
  /// - Throws: ``JobError`` for a quote that nothing closes, or that something but a separator follows.
  mutating func next() throws(JobError) -> [String]? {
    var cells: [String] = []
    var cell = ""
    var isQuoted = false
    var wasQuoted = false
    while let bytes = try lines.next() {
      let line = try lines.text(bytes)
      if cells.isEmpty, cell.isEmpty, !isQuoted {
        guard line.contains(where: { !$0.isNewline }) else { continue }
        firstLine = lines.number
      }
      var letters = line[...]
      while let letter = letters.popFirst() {
        if isQuoted {
          if letter != "\"" {
            cell.append(letter)
          } else if letters.first == "\"" {
            cell.append(letters.removeFirst())
          } else {
            (isQuoted, wasQuoted) = (false, true)
          }
        } else if letter == "\"", cell.isEmpty, !wasQuoted {
          isQuoted = true
        } else if letter == separator || letter.isNewline {
          cells.append(cell)
          (cell, wasQuoted) = ("", false)
          if letter.isNewline { return cells }
        } else if wasQuoted {
          throw JobError(
            .badData, "'\(path)', line \(lines.number): text after the closing quote of a cell")
        } else {
          cell.append(letter)
        }
      }
      if !isQuoted {  // the file's last line, without an end
        cells.append(cell)
        return cells
      }
    }
    guard !isQuoted else {
      throw JobError(.badData, "'\(path)', line \(firstLine): the quote of a cell is never closed")
    }
    return nil
  }
}
