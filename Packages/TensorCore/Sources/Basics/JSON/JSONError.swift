/// Bytes that are not the JSON that they should be, and where.
public struct JSONError: ReportableError, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Something else stands there, such as `'}'` or `byte 9`; `nil` at the end of the text.
    case expected(String, found: String?)
    /// An object has a name twice.
    case repeated(name: String)
    /// More brackets within each other than the reader allows.
    case tooDeep(most: Int)
    /// Digits of a number that is not finite, or has no place in a float64.
    case number(String)
    /// A text whose bytes are no UTF-8.
    case notUTF8
    /// A character below U+0020 in a text.
    case controlCharacter
    /// A backslash before a letter that means nothing.
    case escape
    /// Half of a surrogate pair.
    case surrogate
    /// Other than four hexadecimal digits behind `\\u`.
    case escapeDigits
    /// Another value where the file must be an object.
    case notAnObject
    /// JSON that is not of the form of the file.
    case violation(Violation)
  }

  public let kind: Kind
  /// The byte at which it was seen.
  public let offset: Int

  public init(_ kind: Kind, offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  public var expected: String? {
    switch kind {
    case .expected(let expected, _): expected
    case .violation(let violation): violation.expected
    default: nil
    }
  }

  public var found: String? {
    switch kind {
    case .expected(_, let found): found
    case .repeated(let name): name
    case .number(let digits): digits
    case .violation(let violation): violation.found
    default: nil
    }
  }

  /// What is wrong, without the place.
  public var reason: String {
    switch kind {
    case .expected(let expected, let found): "expected \(expected), found \(found ?? "the end")"
    case .repeated(let name): "name '\(name)' occurs twice"
    case .tooDeep(let most): "nested deeper than \(most) levels"
    case .number(let digits): "'\(digits)' is no number that fits"
    case .notUTF8: "a text is not UTF-8"
    case .controlCharacter: "a control character in a text"
    case .escape: "an unknown escape"
    case .surrogate: "half a surrogate pair"
    case .escapeDigits: "an escape needs four hexadecimal digits"
    case .notAnObject: "expected an object"
    case .violation(let violation): "\(violation)"
    }
  }

  public var fault: Fault { .badData }

  public var description: String { "JSON, byte \(offset): \(reason)" }
}
