/// Cuts Python's source into tokens. Nothing of it is ever run: tokens are compared with those of functions that are known.
///
/// - Source: The Python Language Reference, 2, *Lexical analysis*.
struct PythonLexer {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var tokens: [PythonToken] = []
  private var indents = [0]
  private var depth = 0

  private static let symbols: [String] = [
    "**=", "//=", ">>=", "<<=", "...", "!=", "==", "<=", ">=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "@=", "**", "//", "<<", ">>",
  ]
  /// The most bytes of a file, and the most f-strings inside each other.
  static let largest = 4 << 20
  private static let deepest = 8
  private let nesting: Int

  /// The tokens of a module; `nil` for what is not Python, or too large.
  static func tokens(of source: String) -> [PythonToken]? {
    guard source.utf8.count <= largest else { return nil }
    var lexer = PythonLexer(source, nesting: 0)
    return lexer.run()
  }

  private init(_ source: String, nesting: Int) {
    scalars = Array(source.unicodeScalars.filter { $0 != "\r" && $0 != "\u{FEFF}" })
    self.nesting = nesting
  }

  private mutating func run() -> [PythonToken]? {
    if nesting > 0 { depth = 1 }  // Code in an f-string has no lines.
    while index < scalars.count {
      if depth == 0, isAtLineStart, !readIndent() { return nil }
      guard index < scalars.count else { break }
      guard readToken() else { return nil }
    }
    if nesting == 0 {
      endLine()
      while indents.count > 1 {
        indents.removeLast()
        tokens.append(.dedent)
      }
    }
    return Self.joined(tokens)
  }

  private var isAtLineStart: Bool {
    guard let last = tokens.last else { return true }
    return last.isLayout && (index == 0 || scalars[index - 1] == "\n")
  }

  /// Reads the blanks before a line; empty lines and comments have no indent.
  private mutating func readIndent() -> Bool {
    var width = 0
    while index < scalars.count, [" ", "\t", "\u{C}"].contains(scalars[index]) {
      width += scalars[index] == "\t" ? 8 - width % 8 : 1
      index += 1
    }
    guard index < scalars.count else { return true }
    if scalars[index] == "#" { skipComment() }
    guard index < scalars.count else { return true }
    if scalars[index] == "\n" {
      index += 1
      return index >= scalars.count || readIndent()
    }
    if width > indents[indents.count - 1] {
      indents.append(width)
      tokens.append(.indent)
    }
    while width < indents[indents.count - 1] {
      indents.removeLast()
      tokens.append(.dedent)
    }
    return width == indents[indents.count - 1]
  }

  private mutating func skipComment() {
    while index < scalars.count, scalars[index] != "\n" { index += 1 }
  }

  private mutating func endLine() {
    if tokens.last?.isLayout == false { tokens.append(.newline) }
  }

  private mutating func readToken() -> Bool {
    let scalar = scalars[index]
    switch scalar {
    case "\n":
      index += 1
      if depth == 0 { endLine() }
      return true
    case " ", "\t", "\u{C}":
      index += 1
      return true
    case "#":
      skipComment()
      return true
    case "\\":
      index += index + 1 < scalars.count && scalars[index + 1] == "\n" ? 2 : 1
      return true
    case "\"", "'": return readText(prefix: "")
    case "0"..."9":
      readNumber()
      return true
    case "." where index + 1 < scalars.count && ("0"..."9").contains(scalars[index + 1]):
      readNumber()
      return true
    default: break
    }
    if scalar == "_" || scalar.properties.isAlphabetic || scalar.value > 127 { return readName() }
    readSymbol()
    return true
  }

  private mutating func readNumber() {
    let start = index
    while index < scalars.count {
      let scalar = scalars[index]
      let isSign = (scalar == "+" || scalar == "-") && ["e", "E"].contains(scalars[index - 1])
      guard
        isSign && index > start || scalar == "." || scalar == "_" || scalar.properties.isAlphabetic
          || ("0"..."9").contains(scalar)
      else { break }
      index += 1
    }
    tokens.append(.number(Self.string(scalars[start..<index].filter { $0 != "_" })))
  }

  private mutating func readName() -> Bool {
    let start = index
    while index < scalars.count {
      let scalar = scalars[index]
      guard
        scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar.value > 127
      else { break }
      index += 1
    }
    let name = Self.string(scalars[start..<index])
    let prefixes = ["r", "u", "b", "f", "br", "rb", "fr", "rf"]
    if index < scalars.count, ["\"", "'"].contains(scalars[index]), prefixes.contains(name.lowercased()) {
      return readText(prefix: name.lowercased())
    }
    tokens.append(.name(name))
    return true
  }

  private mutating func readSymbol() {
    let rest = scalars[index..<min(index + 3, scalars.count)]
    let symbol =
      Self.symbols.first { rest.starts(with: $0.unicodeScalars) } ?? String(scalars[index])
    index += symbol.unicodeScalars.count
    if ["(", "[", "{"].contains(symbol) { depth += 1 }
    if [")", "]", "}"].contains(symbol) { depth = max(depth - 1, nesting > 0 ? 1 : 0) }
    // What stands before a closing bracket means nothing, nor does a semicolon that a line's end could not say.
    if [")", "]", "}"].contains(symbol), tokens.last == .symbol(","), !isTuple { tokens.removeLast() }
    tokens.append(symbol == ";" && depth == 0 ? .newline : .symbol(symbol))
  }

  /// Whether the last tokens are `(x,`, where the comma makes a tuple: brackets that call nothing, with no other comma.
  private var isTuple: Bool {
    var depth = 0
    for (index, token) in tokens.enumerated().dropLast().reversed() {
      guard case .symbol(let symbol) = token else { continue }
      if [")", "]", "}"].contains(symbol) { depth += 1 }
      if depth == 0, symbol == "," { return false }
      if ["(", "[", "{"].contains(symbol) {
        if depth == 0 { return symbol == "(" && !isCalled(at: index) }
        depth -= 1
      }
    }
    return false
  }

  /// Whether an opening bracket follows what can be called.
  private func isCalled(at index: Int) -> Bool {
    switch index > 0 ? tokens[index - 1] : .newline {
    case .name(let name):
      !["return", "in", "and", "or", "not", "if", "else", "is", "yield", "lambda"].contains(name)
    case .symbol(let symbol): [")", "]", "}"].contains(symbol)
    default: false
    }
  }

  private mutating func readText(prefix: String) -> Bool {
    let quote = scalars[index]
    let isTriple = index + 2 < scalars.count && scalars[index + 1] == quote && scalars[index + 2] == quote
    index += isTriple ? 3 : 1
    var raw: [Unicode.Scalar] = []
    while true {
      guard index < scalars.count else { return false }
      let scalar = scalars[index]
      if scalar == "\\" {
        guard index + 1 < scalars.count else { return false }
        raw += [scalar, scalars[index + 1]]
        index += 2
        continue
      }
      if scalar == quote {
        guard isTriple else { break }
        if index + 2 < scalars.count, scalars[index + 1] == quote, scalars[index + 2] == quote { break }
      } else if scalar == "\n", !isTriple {
        return false
      }
      raw.append(scalar)
      index += 1
    }
    index += isTriple ? 3 : 1
    let isRaw = prefix.contains("r")
    guard prefix.contains("f") else {
      tokens.append(
        .text(isRaw ? Self.string(raw) : PythonEscapes.resolved(raw), isBytes: prefix.contains("b")))
      return true
    }
    guard let parts = formatted(raw, isRaw: isRaw) else { return false }
    tokens.append(.formatted(parts))
    return true
  }

  /// The parts of an f-string.
  private func formatted(_ raw: [Unicode.Scalar], isRaw: Bool) -> [PythonToken.FormattedPart]? {
    guard nesting < Self.deepest else { return nil }
    var parts: [PythonToken.FormattedPart] = []
    var text: [Unicode.Scalar] = []
    var position = 0
    func resolved() -> String { isRaw ? Self.string(text) : PythonEscapes.resolved(text) }
    while position < raw.count {
      let scalar = raw[position]
      let isDoubled = position + 1 < raw.count && raw[position + 1] == scalar
      if scalar == "{" || scalar == "}", isDoubled {
        text.append(scalar)
        position += 2
      } else if scalar == "{" {
        guard let (code, format, end) = Self.field(raw, from: position + 1) else { return nil }
        var lexer = PythonLexer(code, nesting: nesting + 1)
        guard let tokens = lexer.run() else { return nil }
        parts.append(.text(resolved()))
        parts.append(.code(tokens, format))
        text = []
        position = end
      } else {
        text.append(scalar)
        position += 1
      }
    }
    return parts + [.text(resolved())]
  }

  /// The code of a field, what formats it, and where the field ends.
  private static func field(
    _ raw: [Unicode.Scalar], from start: Int
  ) -> (code: String, format: String, end: Int)? {
    var depth = 0
    var position = start
    var formatStart: Int?
    var quote: Unicode.Scalar?
    while position < raw.count {
      let scalar = raw[position]
      if let open = quote {
        if scalar == open { quote = nil }
      } else if formatStart == nil, scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar == "}" && depth == 0 {
        let end = formatStart ?? position
        return (string(raw[start..<end]), string(raw[end..<position]), position + 1)
      } else if ["(", "[", "{"].contains(scalar) {
        depth += 1
      } else if [")", "]", "}"].contains(scalar) {
        depth -= 1
      } else if depth == 0, formatStart == nil,
        scalar == ":" || scalar == "!" && position + 1 < raw.count && raw[position + 1] != "="
      {
        formatStart = position
      }
      position += 1
    }
    return nil
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  /// Literal texts that stand side by side are one.
  private static func joined(_ tokens: [PythonToken]) -> [PythonToken] {
    var result: [PythonToken] = []
    for token in tokens {
      switch (result.last, token) {
      case (.text(let first, let isBytes)?, .text(let second, let areBytes)) where isBytes == areBytes:
        result[result.count - 1] = .text(first + second, isBytes: isBytes)
      case (.text(let first, false)?, .formatted(let parts)):
        result[result.count - 1] = .formatted(merged([.text(first)] + parts))
      case (.formatted(let parts)?, .text(let second, false)):
        result[result.count - 1] = .formatted(merged(parts + [.text(second)]))
      case (.formatted(let first)?, .formatted(let second)):
        result[result.count - 1] = .formatted(merged(first + second))
      default: result.append(token)
      }
    }
    return result
  }

  private static func merged(_ parts: [PythonToken.FormattedPart]) -> [PythonToken.FormattedPart] {
    parts.reduce(into: []) { result, part in
      if case .text(let second) = part, case .text(let first)? = result.last {
        result[result.count - 1] = .text(first + second)
      } else {
        result.append(part)
      }
    }
  }
}
