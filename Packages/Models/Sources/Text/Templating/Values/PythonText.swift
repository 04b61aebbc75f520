/// Python's operations on texts, by code points and not by the characters that a reader sees.
public enum PythonText {
  /// `str.isspace` of one code point.
  public static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 9...13, 28...32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// `str.strip`, `lstrip` or `rstrip`.
  public static func trimmed(_ text: String, start: Bool = true, end: Bool = true) -> String {
    trimmed(text, start: start, end: end, where: isSpace)
  }

  static func trimmed(
    _ text: String, start: Bool, end: Bool, where isUnwanted: (Unicode.Scalar) -> Bool
  ) -> String {
    var rest = text.unicodeScalars[...]
    if start { rest = rest.drop(while: isUnwanted) }
    if end { while let last = rest.last, isUnwanted(last) { rest.removeLast() } }
    return String(rest)
  }

  /// `str.splitlines`.
  ///
  /// - Parameter limit: How many lines to cut off at most; all where it is negative.
  package static func lines(_ text: String, keepingEnds: Bool = false, limit: Int = -1) -> [String] {
    var lines: [String] = []
    let scalars = text.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex, limit < 0 || lines.count < limit {
      let scalar = scalars[index]
      var next = scalars.index(after: index)
      switch scalar.value {
      case 10...13, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
        if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" {
          next = scalars.index(after: next)
        }
        lines.append(String(scalars[start..<(keepingEnds ? next : index)]))
        start = next
      default: break
      }
      index = next
    }
    if start < scalars.endIndex { lines.append(String(scalars[start...])) }
    return lines
  }

  /// `repr` of a text: single quotes unless only those are inside.
  static func quoted(_ text: String) -> String {
    let quote: Unicode.Scalar =
      text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView()
    result.append(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\":
        result.append("\\")
        result.append(scalar)
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      default:
        if isPrintable(scalar) {
          result.append(scalar)
        } else {
          result.append(contentsOf: hexadecimalEscape(scalar).unicodeScalars)
        }
      }
    }
    result.append(quote)
    return String(result)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: scalar == " "
    default: true
    }
  }

  private static func hexadecimalEscape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) = scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
    return mark + String(repeating: "0", count: width - digits.count) + digits
  }

  /// Numerals without the `_` that Python allows between two digits; `nil` where one stands elsewhere.
  static func withoutSeparators(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    func isDigit(_ index: Int) -> Bool {
      bytes.indices.contains(index) && (48...57).contains(bytes[index])
    }
    for index in bytes.indices where bytes[index] == 95 {
      guard isDigit(index - 1), isDigit(index + 1) else { return nil }
    }
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "_" }))
  }

  /// Python's `int(text, base)`; `nil` where it would raise or 64 bits do not hold it.
  static func integer(_ text: String, base: Int = 10) -> Int? {
    var digits = trimmed(text)
    guard digits.utf8.count <= 4302 else { return nil }  // Python's own limit, and a sign and a prefix
    var sign = ""
    if let first = digits.unicodeScalars.first, first == "+" || first == "-" {
      sign = first == "-" ? "-" : ""
      digits.unicodeScalars.removeFirst()
    }
    var base = base
    for (prefix, value) in [("0x", 16), ("0o", 8), ("0b", 2)]
    where (base == value || base == 0) && digits.lowercased().hasPrefix(prefix) {
      digits = String(digits.dropFirst(2))
      base = value
    }
    if base == 0 { base = 10 }
    guard (2...36).contains(base), let first = digits.utf8.first, first != 43, first != 45 else { return nil }
    guard let plain = base == 10 ? withoutSeparators(digits) : digits else { return nil }
    return Int(sign + plain, radix: base)
  }
}

/// Joining texts as lm-evaluation-harness 0.4.13 does: `maybe_delimit`.
extension PythonText {
  /// Two texts with a delimiter between them, unless one is empty or has white space there.
  public static func joined(_ first: String, _ second: String, by delimiter: String) -> String {
    if first.isEmpty || second.isEmpty { return first + second }
    return first + (meetWithoutSpace(first, second) ? delimiter : "") + second
  }

  /// Whether no white space stands where two texts meet.
  public static func meetWithoutSpace(_ first: String, _ second: String) -> Bool {
    guard let end = first.unicodeScalars.last, let start = second.unicodeScalars.first else { return true }
    return !isSpace(end) && !isSpace(start)
  }
}
