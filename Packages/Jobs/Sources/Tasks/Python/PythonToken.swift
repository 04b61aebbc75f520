/// A token of Python's source, without comments and layout that mean nothing.
enum PythonToken: Sendable, Hashable {
  /// A name or a keyword.
  case name(String)
  case number(String)
  /// A literal text, its escapes resolved and its neighbours joined to it; the prefix `b` is kept, for bytes are no text.
  case text(String, isBytes: Bool)
  /// The parts of an f-string: texts, and code with what formats it.
  case formatted([FormattedPart])
  case symbol(String)
  case newline, indent, dedent

  enum FormattedPart: Sendable, Hashable {
    case text(String)
    /// The code's tokens and the text after them, `!r` or `:.2f`.
    case code([PythonToken], String)
  }

  var name: String? { if case .name(let name) = self { name } else { nil } }
  var text: String? { if case .text(let text, false) = self { text } else { nil } }
  /// Whether it ends a line or changes its indent.
  var isLayout: Bool { self == .newline || self == .indent || self == .dedent }

  /// The token as it stands in a digest.
  ///
  /// - Parameter withTexts: Whether literal texts are themselves, or all the same.
  func canonical(withTexts: Bool) -> String {
    switch self {
    case .name(let name): "n\(name)"
    case .number(let number): "d\(number)"
    case .text(let text, let isBytes): (isBytes ? "b" : "s") + (withTexts ? text : "")
    case .formatted(let parts):
      "f"
        + parts.map { part in
          switch part {
          case .text(let text): "s" + (withTexts ? text : "")
          case .code(let tokens, let format):
            "{" + tokens.map { $0.canonical(withTexts: withTexts) }.joined(separator: "\u{1}") + "|" + format
              + "}"
          }
        }.joined(separator: "\u{2}")
    case .symbol(let symbol): "o\(symbol)"
    case .newline: "l"
    case .indent: "i"
    case .dedent: "u"
    }
  }

  /// The literal texts of the token, in their order.
  var texts: [String] {
    switch self {
    case .text(let text, _): [text]
    case .formatted(let parts):
      parts.flatMap { part in
        switch part {
        case .text(let text): [text]
        case .code(let tokens, _): tokens.flatMap(\.texts)
        }
      }
    default: []
    }
  }

  /// The names that the token reads, but for attributes of others.
  static func names(in tokens: [PythonToken]) -> [String] {
    var names: [String] = []
    for (index, token) in tokens.enumerated() {
      switch token {
      case .name(let name) where index == 0 || tokens[index - 1] != .symbol("."): names.append(name)
      case .formatted(let parts):
        for case .code(let tokens, _) in parts { names += Self.names(in: tokens) }
      default: break
      }
    }
    return names
  }
}
