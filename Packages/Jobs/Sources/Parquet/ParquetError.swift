public import Basics

/// Why a Parquet file cannot be read.
public struct ParquetError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The magic words at the beginning and the end are missing.
    case noParquet
    /// All of the file, its footer or a column is encrypted.
    case encrypted
    /// The bytes of a part end before its contents do.
    case truncated(part: String)
    /// The bytes of a page do not have the checksum that stands beside them.
    case checksum
    /// A part is not what the format asks for.
    case damaged(String)
    /// The file uses what is not read here.
    case unsupported(String)
    /// A small file stands for more values or bytes than a sound one would.
    case tooLarge(String)
  }

  public var kind: Kind
  /// The path of the column, where the fault lies in one.
  public var column: String?

  init(_ kind: Kind, column: String? = nil) {
    self.kind = kind
    self.column = column
  }

  static func damaged(_ sentence: String) -> ParquetError { ParquetError(.damaged(sentence)) }
  static func truncated(_ part: String) -> ParquetError { ParquetError(.truncated(part: part)) }

  /// The same fault, in a column.
  func within(_ column: String) -> ParquetError { ParquetError(kind, column: self.column ?? column) }

  public var fault: Fault { .badData }

  public var description: String { (column.map { "column '\($0)': " } ?? "") + sentence }

  private var sentence: String {
    switch kind {
    case .noParquet: "expected 'PAR1' at both ends of a Parquet file"
    case .encrypted: "the Parquet file is encrypted, which is not read"
    case .truncated(let part): "\(part) ends before its contents do"
    case .checksum: "the checksum of a page does not fit its bytes"
    case .damaged(let sentence): sentence
    case .unsupported(let what): "\(what), which is not read"
    case .tooLarge(let what): "\(what) than the size of the file can hold"
    }
  }
}
