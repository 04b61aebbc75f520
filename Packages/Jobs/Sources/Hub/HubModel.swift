/// A model's name on the Hub: `ORG/NAME`, or `ORG/NAME@REVISION`; or that of a data set, which may lack the organization.
public struct HubModel: Sendable, Equatable, CustomStringConvertible {
  /// What a repository of the Hub holds. Those of either kind have names of their own.
  public enum Kind: String, Sendable {
    case model, dataset

    /// What sentences call it.
    var noun: String { self == .model ? "model" : "data set" }
    /// What stands before its name in addresses of files.
    var prefix: String { self == .model ? "" : "datasets/" }
  }

  public let kind: Kind
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
    kind = .model
    organization = String(parts[0])
    name = String(parts[1])
    revision = halves.count == 2 ? String(halves[1]) : "main"
    guard Self.isRevision(revision) else {
      throw HubError(.noRevisionName(revision, in: text))
    }
  }

  /// A data set.
  ///
  /// - Throws: ``HubError`` if its name or the revision is none.
  public init(dataset text: String, revision: String = "main") throws(HubError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy(Self.isName) else {
      throw HubError(.notFound(.dataset(text), host: "the Hub"))
    }
    guard Self.isRevision(revision) else { throw HubError(.noRevisionName(revision, in: text)) }
    (kind, self.revision) = (.dataset, revision)
    organization = parts.count == 2 ? String(parts[0]) : ""
    name = String(parts[parts.count - 1])
  }

  public var description: String { revision == "main" ? path : "\(path)@\(revision)" }

  /// `ORG/NAME`, or `NAME` of an old data set.
  var path: String { organization.isEmpty ? name : "\(organization)/\(name)" }

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
