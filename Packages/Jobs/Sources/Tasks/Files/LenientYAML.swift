internal import Yams

/// YAML as PyYAML reads it where Yams is stricter: a byte order mark may stand before it, which may be that of UTF-16, and of a
/// key that stands more than once in a mapping the last one counts.
///
/// Yams refuses the second and says where the key stands first. A mark is put before that key, which makes it another
/// one, and the text is read again; ``name(of:)`` takes the mark off. A second document is an error to both.
enum LenientYAML {
  /// Of Unicode's private use, so that no key of a file begins with it.
  private static let mark: Unicode.Scalar = "\u{E0FF}"
  private static let mostRepetitions = 200
  /// How many bytes may be read in all.
  private static let mostBytes = 64 << 20

  /// The text of a file's bytes; `nil` where they are none.
  static func text(_ bytes: some Collection<UInt8>) -> String? {
    let mark = Array(bytes.prefix(2))
    guard mark == [0xFF, 0xFE] || mark == [0xFE, 0xFF] else {
      return String(validating: bytes, as: UTF8.self)
    }
    guard bytes.count.isMultiple(of: 2) else { return nil }
    let (high, low) = mark[0] == 0xFE ? (0, 1) : (1, 0)
    let rest = Array(bytes.dropFirst(2))
    let units = stride(from: 0, to: rest.count, by: 2).map {
      UInt16(rest[$0 + high]) << 8 | UInt16(rest[$0 + low])
    }
    return String(validating: units, as: UTF16.self)
  }

  /// The nodes, whose plain scalars are texts as far as Yams is asked; ``tag(of:)`` says what they are.
  ///
  /// - Throws: `YamlError`.
  static func compose(_ yaml: String) throws -> Node? {
    var text = yaml
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    var repetitions = 0
    while true {
      do { return try Parser(yaml: text, resolver: .basic).singleRoot() } catch let error as YamlError {
        guard case .duplicatedKeysInMapping(_, let context) = error, repetitions < mostRepetitions,
          text.utf8.count * (repetitions + 1) < mostBytes,
          let marked = marking(text, context.mark, repetitions)
        else { throw error }
        text = marked
        repetitions += 1
      }
    }
  }

  /// What a scalar is, by its tag or else by YAML 1.1's rules.
  ///
  /// Yams tries a regular expression for each rule, which takes longer than the rest of a file. Of most texts the first character or
  /// the length shows that they are nothing else.
  static func tag(of scalar: Node.Scalar) -> String {
    guard scalar.tag == .implicit else { return scalar.tag.rawValue }
    let text = scalar.string.utf8
    let isText =
      switch text.first {
      case nil: false
      case let first? where "+-.0123456789<~= ".utf8.contains(first): false
      case let first?: first >= 0x80 || text.count > "false".utf8.count
      }
    return isText ? Tag.Name.str.rawValue : Resolver.default.resolveTag(of: .scalar(scalar)).rawValue
  }

  /// A key as the file has it, and whether it stands again further on.
  static func name(of key: String) -> (name: String, isRepeated: Bool) {
    let scalars = key.unicodeScalars
    guard scalars.first == mark, let end = scalars.dropFirst().firstIndex(of: mark) else {
      return (key, false)
    }
    return (String(scalars[scalars.index(after: end)...]), true)
  }

  /// The text with a mark at the beginning of the key at a place; `nil` where it begins with something else than itself.
  private static func marking(_ text: String, _ place: Mark, _ number: Int) -> String? {
    var scalars = text.unicodeScalars
    guard var index = index(of: place, in: scalars) else { return nil }
    switch scalars[index] {
    case "&", "!", "*", "?": return nil
    case "\"", "'": index = scalars.index(after: index)
    default: break
    }
    scalars.insert(contentsOf: "\(mark)\(number)\(mark)".unicodeScalars, at: index)
    return String(scalars)
  }

  private static func index(of place: Mark, in scalars: String.UnicodeScalarView) -> String.Index? {
    var (line, column) = (1, 1)
    var wasReturn = false
    for index in scalars.indices {
      let scalar = scalars[index]
      // Of CRLF, the second ends no other line.
      if wasReturn, scalar == "\n" {
        wasReturn = false
        continue
      }
      if line == place.line, column == place.column { return index }
      wasReturn = scalar == "\r"
      if ["\r", "\n", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) {
        (line, column) = (line + 1, 1)
      } else {
        column += 1
      }
    }
    return nil
  }
}
