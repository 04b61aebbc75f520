/// A model's name on the Hub: `ORG/NAME`, or `ORG/NAME@REVISION`.
public struct HubModel: Sendable, Equatable, CustomStringConvertible {
  public let organization: String
  public let name: String
  /// A branch, a tag, or a commit's 40 hexadecimal digits.
  public let revision: String

  /// - Throws: ``HubError`` if the text is no such name.
  public init(_ text: String) throws(HubError) {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy(Self.isName) else {
      throw HubError(.noModelName(text))
    }
    organization = String(parts[0])
    name = String(parts[1])
    revision = halves.count == 2 ? String(halves[1]) : "main"
    guard Self.isRevision(revision) else {
      throw HubError(.noRevisionName(revision, in: text))
    }
  }

  public var description: String { revision == "main" ? path : "\(path)@\(revision)" }

  /// `ORG/NAME`
  var path: String { "\(organization)/\(name)" }

  /// The Hub's own rules: at most 96 letters, digits, `-`, `_` and `.`, no `..` or `--`, which the cache's
  /// names use.
  private static func isName(_ part: Substring) -> Bool {
    !part.isEmpty && part.utf8.count <= 96
      && part.utf8.allSatisfy { isLetterOrDigit($0) || "-_.".utf8.contains($0) }
      && !part.contains("..") && !part.contains("--") && !"-.".contains(part.first ?? "-")
  }

  private static func isRevision(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 200
      && parts.allSatisfy { part in
        !part.isEmpty && !part.hasPrefix(".")
          && part.utf8.allSatisfy { isLetterOrDigit($0) || "-_.+=".utf8.contains($0) }
      }
  }

  static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }

  static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
