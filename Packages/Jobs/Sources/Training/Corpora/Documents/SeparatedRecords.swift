import Foundation
import Jobs

/// Rows of separated values, read line by line: a quoted cell may hold separators, ends of lines and doubled quotes.
///
/// All that divides a text into rows and cells is one ASCII byte each, which UTF-8 has inside no other letter: whatever
/// else counts as the end of a line in Unicode, or joins the letter before it, is text of the cell. So it is in Python's
/// `csv`. SwiftCSV, which reads the data sets of tasks, needs the whole file in memory.
///
/// - Source: Shafranovich 2005, RFC 4180, §2.
struct SeparatedRecords {
  private var lines: ByteLines
  private let separator: UInt8
  private let path: String
  /// Where the record that was last taken begins.
  private(set) var firstLine = 0

  private static let quote = UInt8(ascii: "\"")

  /// - Throws: ``JobError`` for a file that is missing or cannot be read.
  init(path: String, separator: UInt8) throws(JobError) {
    lines = try ByteLines(path: path, endsAtReturn: true)
    self.separator = separator
    self.path = path
  }

  var bytesRead: Int { lines.bytesRead }

  /// The cells of the next record, or `nil` after the last; empty lines are none.
  ///
  /// - Throws: ``JobError`` for a quote that nothing closes, that something but a separator follows, or bytes that are not
  ///   UTF-8.
  mutating func next() throws(JobError) -> [String]? {
    var row = Row(separator: separator)
    while let line = try lines.next() {
      _ = try lines.text(line)
      if !row.isQuoted {  // a record goes on in another line only within quotes
        guard line.contains(where: { !ByteLines.isEnd($0) }) else { continue }
        firstLine = lines.number
      }
      guard row.take(line) else {
        throw JobError(
          .badData, "'\(path)', line \(lines.number): text after the closing quote of a cell")
      }
      if !row.isQuoted { return row.cells }
    }
    guard !row.isQuoted else {
      throw JobError(.badData, "'\(path)', line \(firstLine): the quote of a cell is never closed")
    }
    return nil
  }

  /// A record as it grows.
  private struct Row {
    let separator: UInt8
    private(set) var cells: [String] = []
    private(set) var isQuoted = false
    private var cell: [UInt8] = []
    private var wasQuoted = false

    init(separator: UInt8) { self.separator = separator }

    /// Takes the next line of it, with its end.
    ///
    /// - Returns: Whether it may be one.
    mutating func take(_ line: Data) -> Bool {
      var bytes = Array(line)[...]
      while let byte = bytes.popFirst() {
        if isQuoted {
          if byte != SeparatedRecords.quote {
            cell.append(byte)
          } else if bytes.first == SeparatedRecords.quote {
            cell.append(bytes.removeFirst())
          } else {
            (isQuoted, wasQuoted) = (false, true)
          }
        } else if byte == SeparatedRecords.quote, cell.isEmpty, !wasQuoted {
          isQuoted = true
        } else if byte == separator {
          endCell()
        } else if ByteLines.isEnd(byte) {
          break  // nothing follows it but the second half of CRLF
        } else if wasQuoted {
          return false
        } else {
          cell.append(byte)
        }
      }
      if !isQuoted { endCell() }
      return true
    }

    private mutating func endCell() {
      cells.append(String(decoding: cell, as: UTF8.self))
      (cell, wasQuoted) = ([], false)
    }
  }
}
