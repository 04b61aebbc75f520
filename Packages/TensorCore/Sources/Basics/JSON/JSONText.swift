/// A text as JSON spells it, with its quotation marks.
public enum JSONText {
  /// Characters that are escaped although JSON lets them stand, and how.
  public struct Escapes: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// `\b` and `\f` instead of `\u0008` and `\u000c`, as Python writes them.
    public static let short = Escapes(rawValue: 1)
    /// DEL.
    public static let delete = Escapes(rawValue: 2)
    /// Control characters beyond ASCII, line and paragraph separators, and byte order marks, which YAML does not read as
    /// they are.
    public static let unreadable = Escapes(rawValue: 4)
    /// All that is not ASCII, as pairs of surrogates where it takes two.
    public static let nonASCII = Escapes(rawValue: 8)
  }

  public static func quoted(_ text: String, escaping escapes: Escapes = .delete) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}" where escapes.contains(.short): result += "\\b"
      case "\u{C}" where escapes.contains(.short): result += "\\f"
      case _ where escapes.covers(scalar): result += escaped(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// `\u` and four digits, twice for a character beyond 16 bits.
  public static func escaped(_ scalar: Unicode.Scalar) -> String {
    scalar.utf16.reduce(into: "") { result, unit in
      let digits = String(unit, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}

extension JSONText.Escapes {
  fileprivate func covers(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20: true
    case 0x20..<0x7F: false
    case 0x7F: !isDisjoint(with: [.delete, .unreadable, .nonASCII])
    case 0x80..<0xA0, 0x2028, 0x2029, 0xFEFF: !isDisjoint(with: [.unreadable, .nonASCII])
    default: contains(.nonASCII)
    }
  }
}
