/// Names, numbers, texts and operators.
extension Lexer {
  private static let symbols: [String] = [
    "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
    "=", ".",
    ":", "|", ",", ";",
  ]
  private static let closing: [String: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]

  mutating func readToken(brackets: inout [Unicode.Scalar]) throws(TemplateError) {
    let start = line
    var kind = try readNumber()
    if kind == nil { kind = readName() }
    if kind == nil { kind = try readString() }
    if let kind {
      tokens.append(Token(kind: kind, line: start))
      return
    }
    guard let symbol = Self.symbols.first(where: { text[position...].starts(with: $0.unicodeScalars) }) else {
      throw failure(.unexpected("character '\(text[position])'"))
    }
    if let closing = Self.closing[symbol] {
      brackets.append(closing)
    } else if let bracket = symbol.unicodeScalars.first, [")", "]", "}"].contains(bracket) {
      guard let expected = brackets.popLast() else { throw failure(.unexpected("'\(symbol)'")) }
      guard expected == bracket else {
        throw failure(.unexpected("'\(symbol)'", expected: String(expected)))
      }
    }
    position += symbol.utf8.count
    tokens.append(Token(kind: .symbol(symbol), line: start))
  }

  private mutating func readName() -> Token.Kind? {
    guard let first = peek(), first == "_" || first.properties.isXIDStart else { return nil }
    let word = text[position...].prefix { $0 == "_" || $0.properties.isXIDContinue }
    position += word.count
    return .name(String(String.UnicodeScalarView(word)))
  }

  // MARK: Numbers

  private func isDigit(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { (48...57).contains($0.value) } ?? false
  }

  /// The end of `digit (_? digit)*` from `place`; `place` itself if none stands there.
  private func endOfDigits(from place: Int, where isDigit: (Unicode.Scalar) -> Bool) -> Int {
    var place = place
    while place < text.count, isDigit(text[place]) {
      place += 1
      if place + 1 < text.count, text[place] == "_", isDigit(text[place + 1]) { place += 1 }
    }
    return place
  }

  private func word(to end: Int) -> String {
    String(String.UnicodeScalarView(text[position..<end].filter { $0 != "_" }))
  }

  private mutating func readNumber() throws(TemplateError) -> Token.Kind? {
    guard isDigit(peek()) else { return nil }
    let isDigit: (Unicode.Scalar) -> Bool = { (48...57).contains($0.value) }
    let whole = endOfDigits(from: position, where: isDigit)
    if position == 0 || text[position - 1] != ".", let end = endOfFloat(after: whole, where: isDigit) {
      let literal = word(to: end)
      position = end
      return .float(Double(literal) ?? .infinity)
    }
    if text[position] == "0" { return try readPrefixedInteger() }
    return try takeInteger(to: whole, digits: word(to: whole), radix: 10)
  }

  private func endOfFloat(after whole: Int, where isDigit: (Unicode.Scalar) -> Bool) -> Int? {
    var end = whole
    if end < text.count, text[end] == "." {
      let fraction = endOfDigits(from: end + 1, where: isDigit)
      guard fraction > end + 1 else { return nil }
      end = fraction
    }
    if end < text.count, text[end] == "e" || text[end] == "E" {
      let isSigned = end + 1 < text.count && ["+", "-"].contains(text[end + 1])
      let digits = end + (isSigned ? 2 : 1)
      let exponent = endOfDigits(from: digits, where: isDigit)
      if exponent > digits { return exponent }
    }
    return end > whole ? end : nil
  }

  /// `0b`, `0o`, `0x`, or zeros only: `07` is 0 and then 7, which no expression allows.
  private mutating func readPrefixedInteger() throws(TemplateError) -> Token.Kind? {
    for (letter, radix) in [("b", 2), ("o", 8), ("x", 16)]
    where peek(1).map({ String($0).lowercased() }) == letter {
      let end = endOfDigits(from: position + 2) { $0.isASCII && Int(String($0), radix: radix) != nil }
      if end > position + 2 {
        return try takeInteger(to: end, digits: String(word(to: end).dropFirst(2)), radix: radix)
      }
    }
    let end = endOfDigits(from: position) { $0 == "0" }
    return try takeInteger(to: end, digits: "0", radix: 10)
  }

  private mutating func takeInteger(to end: Int, digits: String, radix: Int) throws(TemplateError)
    -> Token.Kind
  {
    guard let value = Int(digits, radix: radix) else {
      throw failure(.integer(digits: digits))
    }
    position = end
    return .integer(value)
  }

  // MARK: Texts

  private mutating func readString() throws(TemplateError) -> Token.Kind? {
    guard let quote = peek(), quote == "'" || quote == "\"" else { return nil }
    var result = String.UnicodeScalarView()
    let start = position
    position += 1
    while let scalar = peek() {
      position += 1
      switch scalar {
      case quote: return .string(String(result))
      case "\\":
        guard peek() != nil else { break }
        result.append(contentsOf: try readEscape().unicodeScalars)
      default:
        if scalar == "\n" { line += 1 }
        result.append(scalar)
      }
    }
    position = start
    throw failure(.unclosed("this string", end: "closing \(quote)"))
  }

  private mutating func readEscape() throws(TemplateError) -> String {
    let scalar = text[position]
    position += 1
    switch scalar {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "a": return "\u{7}"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "v": return "\u{B}"
    case "\\", "'", "\"": return String(scalar)
    case "\n":
      line += 1
      return ""
    case "x": return try readCode(digits: 2, escape: "\\x")
    case "u": return try readCode(digits: 4, escape: "\\u")
    case "U": return try readCode(digits: 8, escape: "\\U")
    case "0"..."7":
      position -= 1
      let digits = text[position...].prefix(3).prefix { ("0"..."7").contains($0) }
      position += digits.count
      let code = digits.reduce(UInt32(0)) { $0 * 8 + $1.value - 48 }
      return Unicode.Scalar(code).map { String($0) } ?? ""
    default: return "\\" + String(scalar)
    }
  }

  private mutating func readCode(digits count: Int, escape: String) throws(TemplateError) -> String {
    let digits = String(String.UnicodeScalarView(text[position...].prefix(count)))
    guard digits.unicodeScalars.count == count, digits.utf8.allSatisfy({ $0 != 43 && $0 != 45 }),
      let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
    else {
      throw failure(.escape(String(escape), digits: count, found: digits))
    }
    position += count
    return String(scalar)
  }
}
