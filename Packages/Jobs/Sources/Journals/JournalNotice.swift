import Foundation

/// Responses that a journal has and that are not used.
public struct JournalNotice: Sendable, Equatable, CustomStringConvertible {
  public let path: String
  /// How many do not fit their checksum or their request.
  public internal(set) var damaged = 0
  /// How many an earlier version recorded without a checksum.
  public internal(set) var withoutChecksum = 0

  init(path: String) { self.path = path }

  var isEmpty: Bool { damaged == 0 && withoutChecksum == 0 }

  public var description: String {
    let parts =
      (damaged > 0 ? ["\(damaged) \(damaged == 1 ? "response is" : "responses are") damaged"] : [])
      + (withoutChecksum > 0
        ? ["\(withoutChecksum) of an earlier version \(withoutChecksum == 1 ? "has" : "have") no checksum"]
        : [])
    return "journal '\(path)': \(parts.joined(separator: ", ")); computed again"
  }

  /// Writes `warning: ` and the sentence to standard error.
  public static func printToStandardError(_ notice: JournalNotice) {
    FileHandle.standardError.write(Data("warning: \(notice)\n".utf8))
  }
}
