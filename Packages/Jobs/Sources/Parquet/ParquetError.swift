public import Basics

/// Why a Parquet file cannot be read.
public struct ParquetError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The magic words at the beginning and the end are missing.
    case noParquet
    /// All of the file, its footer or a column is encrypted.
    case encrypted
    /// The bytes of a page do not have the checksum that stands beside them.
    case checksum
    /// A part of a small file stands for more values or bytes than one of a sound file would.
    case tooLarge(part: String)
    /// The file is not as the format has it, or uses what is not read.
    case violation(Violation)
  }

  public var kind: Kind
  /// The path of the column, where the fault lies in one.
  public var column: String?

  init(_ kind: Kind, column: String? = nil) {
    self.kind = kind
    self.column = column
  }

  static func violation(_ violation: Violation) -> ParquetError { ParquetError(.violation(violation)) }
  static func truncated(_ part: String) -> ParquetError { .violation(.truncated(part)) }

  /// The same fault, in a column.
  func within(_ column: String) -> ParquetError { ParquetError(kind, column: self.column ?? column) }

  public var fault: Fault { .badData }

  private var violation: Violation? { if case .violation(let violation) = kind { violation } else { nil } }
  public var expected: String? { kind == .noParquet ? "'PAR1'" : violation?.expected }
  public var found: String? { violation?.found }

  public var description: String { (column.map { "column '\($0)': " } ?? "") + sentence }

  private var sentence: String {
    switch kind {
    case .noParquet: "expected 'PAR1' at both ends of a Parquet file"
    case .encrypted: "the Parquet file is encrypted, which is not read"
    case .checksum: "the checksum of a page does not fit its bytes"
    case .tooLarge(let part): "\(part): expected at most what a file of this size can hold"
    case .violation(let violation): "\(violation)"
    }
  }
}
