internal import Foundation

/// Why a checkpoint could not be read or written, in one sentence.
public struct CheckpointError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Whose fault it is, for an exit code.
  public enum Kind: Sendable, Equatable {
    /// A file or directory is not there.
    case missing
    /// A file is there and is not what it should be.
    case malformed
    /// The caller asked for what the checkpoint does not have: a tensor, a slice, a name.
    case request
    /// The system refused to write.
    case unwritable
  }

  public let kind: Kind
  /// A lower case sentence without a full stop that names file and tensor, expected and found.
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}

extension CheckpointError {
  /// An error of the library while reading `file`.
  static func reading(_ file: String, _ error: HDF5Error) -> CheckpointError {
    switch error.action {
    case .open: CheckpointError(.malformed, "cannot open checkpoint '\(file)': \(error.reason)")
    default: CheckpointError(.malformed, "checkpoint '\(file)' is damaged: \(error)")
    }
  }

  /// An error of the library while writing `file`.
  static func writing(_ file: String, _ error: HDF5Error) -> CheckpointError {
    CheckpointError(.unwritable, "cannot write checkpoint '\(file)': \(systemReason(in: error.reason))")
  }

  /// The system's own words, where the library's sentence holds them among addresses and times.
  private static func systemReason(in reason: String) -> String {
    guard let start = reason.range(of: "error message = '"),
      let end = reason[start.upperBound...].firstIndex(of: "'")
    else { return reason }
    return reason[start.upperBound..<end].lowercased()
  }
}
