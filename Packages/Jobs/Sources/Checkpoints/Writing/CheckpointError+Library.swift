internal import Foundation

extension CheckpointError {
  /// An error of the library while writing `file`.
  static func writing(_ file: String, _ error: HDF5Error) -> CheckpointError {
    CheckpointError(.unwritable(.writeCheckpoint, reason: systemReason(in: error.reason)), at: file)
  }

  /// The system's own words, where the library's sentence holds them among addresses and times.
  private static func systemReason(in reason: String) -> String {
    guard let start = reason.range(of: "error message = '"),
      let end = reason[start.upperBound...].firstIndex(of: "'")
    else { return reason }
    return reason[start.upperBound..<end].lowercased()
  }
}
