/// Rows of separated values, read line by line: a quoted cell may hold separators, ends of lines and doubled quotes.
///
/// All that divides a text into rows and cells is one ASCII byte each, which UTF-8 has inside no other letter: whatever
/// else counts as the end of a line in Unicode, or joins the letter before it, is text of the cell. So it is in Python's
/// `csv`, whose meaning a quote has here, too: at the beginning of a cell it opens one, within a cell it is text. Lines
/// that are empty or hold nothing but blanks are no rows.
///
/// SwiftCSV, which read the data sets of tasks once, takes a blank line for a row, refuses a quote within a cell and holds
/// the whole file in memory.
///
/// - Source: Shafranovich 2005, RFC 4180, §2; Python 3.11, `csv.reader`.
public struct SeparatedRecords {
  private var lines: ByteLines
  private let separator: UInt8
  private let takesTextAfterQuote: Bool
  /// Where the record that was last taken begins.
  public private(set) var firstLine = 0

  private static let quote = UInt8(ascii: "\"")

  /// - Parameters:
  ///   - separator: An ASCII byte.
  ///   - takesTextAfterQuote: Whether text after the closing quote of a cell belongs to it, as Python's `csv` and pandas
  ///     read it; else it is an error.
  public init(_ lines: ByteLines, separator: UInt8, takesTextAfterQuote: Bool = false) {
    self.lines = lines
    self.separator = separator
    self.takesTextAfterQuote = takesTextAfterQuote
  }

  /// - Throws: ``DocumentError`` for a file that is missing or cannot be read.
  public init(path: String, separator: UInt8) throws(DocumentError) {
    self.init(try ByteLines(path: path, endsAtReturn: true), separator: separator)
  }

  public var bytesRead: Int { lines.bytesRead }

  /// The cells of the next record, or `nil` after the last; empty lines are none.
  ///
  /// - Throws: ``DocumentError`` for a quote that nothing closes, that something but a separator follows, or bytes that
  ///   are not UTF-8.
  public mutating func next() throws(DocumentError) -> [String]? {
    var row = Row(separator: separator, takesTextAfterQuote: takesTextAfterQuote)
    while let line = try lines.next() {
      _ = try lines.text(line)
      if !row.isQuoted {  // a record goes on in another line only within quotes
        guard !isBlank(line) else { continue }
        firstLine = lines.number
      }
      guard row.take(line) else {
        throw DocumentError(.textAfterQuote, path: lines.path, at: .line(lines.number))
      }
      if !row.isQuoted { return row.cells }
    }
    guard !row.isQuoted else { throw DocumentError(.openQuote, path: lines.path, at: .line(firstLine)) }
    return nil
  }

  private func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    ByteLines.isBlank(line) && !line.contains(separator)
  }

  /// A record as it grows.
  private struct Row {
    let separator: UInt8
    let takesTextAfterQuote: Bool
    private(set) var cells: [String] = []
    private(set) var isQuoted = false
    private var cell: [UInt8] = []
    private var wasQuoted = false

    init(separator: UInt8, takesTextAfterQuote: Bool) {
      self.separator = separator
      self.takesTextAfterQuote = takesTextAfterQuote
    }

    /// Takes the next line of it, with its end.
    ///
    /// - Returns: Whether it may be one.
    mutating func take(_ line: ArraySlice<UInt8>) -> Bool {
      var bytes = line
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
        } else if wasQuoted, !takesTextAfterQuote {
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
