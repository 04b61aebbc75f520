/// How a part of a file, a document or a request violates the form that it must have: the shapes that all formats share.
///
/// An error holds one beside the place where it stands (path, line, tensor), and takes its facts and its clause from it. A
/// *part* is named as a sentence names it, in quotes where it is a key: `'weight_map'`, `the length of a text`.
public enum Violation: Sendable, Equatable, Codable {
  /// A part that is needed is not there; `purpose` is why it is needed.
  case missing(String, purpose: String? = nil)
  /// A part has another value, or is another kind of value, than it must be; no part where the place names it.
  case value(String? = nil, expected: String, found: String? = nil)
  /// A name that is none of those that may stand there; `what` is the kind of thing that it names.
  case unknown(what: String, String, known: [String])
  /// A part that the form allows and that is not implemented; `remedy` is what its owner can do.
  case unsupported(String, supported: [String] = [], remedy: String? = nil)
  /// A part that may be there once is there again.
  case repeated(String)
  /// A part ends before its contents do.
  case truncated(String)
}

extension Violation {
  /// The part at fault; `nil` where the place names it.
  public var part: String? {
    switch self {
    case .missing(let part, _), .unsupported(let part, _, _), .repeated(let part), .truncated(let part): part
    case .value(let part, _, _): part
    case .unknown(let what, _, _): what
    }
  }

  /// What would have been right.
  public var expected: String? {
    switch self {
    case .missing(let part, _): part
    case .value(_, let expected, _): expected
    case .unknown(_, _, let names), .unsupported(_, let names, _): names.isEmpty ? nil : quotedList(names)
    case .repeated, .truncated: nil
    }
  }

  /// What stands there instead.
  public var found: String? {
    switch self {
    case .value(_, _, let found): found
    case .unknown(_, let name, _): name
    case .unsupported(let part, _, _): part
    case .missing, .repeated, .truncated: nil
    }
  }

  /// The right name that is nearest to one that is not known.
  public var nearest: String? {
    guard case .unknown(_, let name, let known) = self else { return nil }
    return nearestName(to: name, among: known)
  }
}

extension Violation: CustomStringConvertible {
  /// A clause that a sentence about a file may end with.
  public var description: String {
    switch self {
    case .missing(let part, let purpose): "no \(part)" + (purpose.map { ", \($0)" } ?? "")
    case .value(let part, let expected, let found):
      (part.map { "\($0): " } ?? "") + "expected \(expected)" + (found.map { ", found \($0)" } ?? "")
    case .unknown(let what, let name, _):
      "unknown \(what) '\(name.prefix(100))'"
        + (nearest == nil ? expected.map { ", known are \($0)" } ?? "" : "")
        + suggestion(nearest)
    case .unsupported(let part, _, let remedy):
      "\(part) is not supported" + (expected.map { ", only \($0)" } ?? "") + (remedy.map { "; \($0)" } ?? "")
    case .repeated(let part): "\(part) occurs twice"
    case .truncated(let part): "\(part) ends too soon"
    }
  }
}
