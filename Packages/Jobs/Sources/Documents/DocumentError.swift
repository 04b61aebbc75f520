public import Basics
public import Compression
public import Parquet

/// Why a file of documents cannot be read: the file, the place in it, what was expected and what was found.
public struct DocumentError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// There is no such file.
    case missing
    /// The file is there and cannot be read: the system does not let it be, or it is a folder, a pipe or a device.
    case unreadable(reason: String)
    /// A compressed file whose stream cannot be decompressed.
    case compressed(CompressionError)
    /// Bytes that are no text.
    case notUTF8
    /// A file without the header that names its columns.
    case noHeader
    /// A row with more or fewer cells than there are names of columns.
    case cells(found: Int, expected: Int, row: Int? = nil)
    /// The quote of a cell is never closed.
    case openQuote
    /// Text stands after the closing quote of a cell.
    case textAfterQuote
    /// A value is not what the form of the file asks for.
    case violation(Violation)
    /// No JSON; the byte is counted from the beginning of the line.
    case noJSON(JSONError)
    /// A damaged Arrow file, or one with what is not read.
    case arrow(Violation, column: String?)
    /// A damaged Parquet file, or one with what is not read.
    case parquet(ParquetError)
  }

  /// Where in the file: counted from 1 for lines, from 0 for documents.
  public enum Place: Sendable, Equatable {
    case line(Int)
    case document(Int)
  }

  public var kind: Kind
  public var path: String
  public var place: Place?

  public init(_ kind: Kind, path: String, at place: Place? = nil) {
    self.kind = kind
    self.path = path
    self.place = place
  }

  init(_ error: InputFileError, path: String) {
    self.init(error.isMissing ? .missing : .unreadable(reason: error.reason), path: path)
  }

  public var fault: Fault {
    switch kind {
    case .missing, .unreadable: .missingInput
    case .compressed(let error): error.fault
    default: .badData
    }
  }

  /// The line, where one is known.
  public var line: Int? { if case .line(let line) = place { line } else { nil } }
  /// The document, where one is known.
  public var document: Int? { if case .document(let document) = place { document } else { nil } }

  /// The column of an Arrow or a Parquet file.
  public var column: String? {
    switch kind {
    case .arrow(_, let column): column
    case .parquet(let error): error.column
    default: nil
    }
  }

  public var expected: String? {
    switch kind {
    case .cells(_, let expected, _): "\(expected) cells"
    case .noJSON(let error): error.expected
    case .violation(let violation), .arrow(let violation, _): violation.expected
    case .parquet(let error): error.expected
    default: nil
    }
  }
  public var found: String? {
    switch kind {
    case .cells(let found, _, _): "\(found) cells"
    case .noJSON(let error): error.found
    case .violation(let violation), .arrow(let violation, _): violation.found
    case .parquet(let error): error.found
    default: nil
    }
  }

  public var description: String {
    switch kind {
    case .missing: "there is no file '\(path)'"
    case .unreadable(let reason): "cannot read '\(path)': \(reason)"
    case .noHeader: "'\(path)' is empty; expected a header with the names of the columns"
    default: location + ": " + sentence
    }
  }

  private var location: String {
    switch place {
    case nil: "'\(path)'"
    case .line(let line): "'\(path)', line \(line)"
    case .document(let document): "'\(path)', document \(document)"
    }
  }

  private var sentence: String {
    switch kind {
    case .missing, .unreadable, .noHeader: ""
    case .notUTF8: "not UTF-8"
    case .cells(let found, let expected, let row):
      (row.map { "row \($0): " } ?? "") + "\(found) cells under \(expected) names of columns"
    case .openQuote: "the quote of a cell is never closed"
    case .textAfterQuote: "text after the closing quote of a cell"
    case .violation(let violation): "\(violation)"
    case .compressed(let error): "\(error)"
    case .noJSON(let error): "expected a JSON object: \(error)"
    case .arrow(let violation, let column): (column.map { "column '\($0)': " } ?? "") + "\(violation)"
    case .parquet(let error): "\(error)"
    }
  }
}
