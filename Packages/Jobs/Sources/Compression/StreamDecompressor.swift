public import Basics

/// Takes compressed bytes as they come from a file, and gives what they hold piece by piece.
public protocol StreamDecompressor: AnyObject {
  /// The next bytes, at most so many; none at the end.
  ///
  /// - Parameter read: The next compressed bytes; none at the end of the file.
  /// - Throws: ``CompressionError`` for bytes that are damaged or end too soon; what `read` throws.
  func next(_ count: Int, _ read: () throws -> [UInt8]) throws -> [UInt8]
}

/// A stream that cannot be decompressed.
public struct CompressionError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case damaged, truncated, noMemory }
  public let kind: Kind
  /// `gzip` or `zstd`.
  public let form: String

  public var fault: Fault { kind == .noMemory ? .tryAgain : .badData }

  public var description: String {
    switch kind {
    case .damaged: "its \(form) stream is damaged"
    case .truncated: "its \(form) stream ends too soon"
    case .noMemory: "there is no memory to read its \(form) stream"
    }
  }
}
