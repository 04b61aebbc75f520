import Templating

/// How BLEU cuts a segment into words.
///
/// - Source: Post 2018, *A Call for Clarity in Reporting BLEU Scores*; sacrebleu 2, `tokenizers`.
public enum SegmentTokenizer: String, Sendable, CaseIterable {
  /// At white space only.
  case none
  /// As NIST's mteval-v13a.
  case v13a = "13a"
  /// At punctuation and symbols of all scripts, as mteval-v14.
  case international = "intl"
  /// Every code point but white space by itself.
  case character = "char"
  /// Chinese characters by themselves, the rest as `13a`.
  case chinese = "zh"

  public func callAsFunction(_ segment: String) -> [Word] {
    let segment = PythonText.trimmed(segment, start: false)
    switch self {
    case .none: return words(segment)
    case .v13a: return words(Self.separated(" " + Self.unescaped(segment) + " "))
    case .international: return words(Self.internationally(separated: segment))
    case .character: return segment.unicodeScalars.filter { !PythonText.isSpace($0) }.map { Word([$0]) }
    case .chinese:
      var spaced = String.UnicodeScalarView()
      for scalar in PythonText.trimmed(segment).unicodeScalars {
        let isChinese = Self.isChinese(scalar)
        if isChinese { spaced.append(" ") }
        spaced.append(scalar)
        if isChinese { spaced.append(" ") }
      }
      return words(Self.separated(String(spaced)))
    }
  }

  /// Without marks of skipped text, line ends and the escapes of SGML.
  private static func unescaped(_ segment: String) -> String {
    let replacements = [
      ("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"),
      ("&gt;", ">"),
    ]
    return replacements.reduce(segment) { PythonText.replaced($0, $1.0, with: $1.1) }
  }

  /// With blanks around punctuation, but for a point or comma between digits, and a hyphen after no digit.
  private static func separated(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    scalars = scalars.flatMap { isSeparated($0) ? [" ", $0, " "] : [$0] }
    scalars = pairs(scalars) {
      !isDigit($0) && isPoint($1)
    } joined: {
      [$0, " ", $1, " "]
    }
    scalars = pairs(scalars) {
      isPoint($0) && !isDigit($1)
    } joined: {
      [" ", $0, " ", $1]
    }
    scalars = pairs(scalars) {
      isDigit($0) && $1 == "-"
    } joined: {
      [$0, " ", $1, " "]
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func internationally(separated text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    scalars = pairs(scalars) {
      !isNumber($0) && isPunctuation($1)
    } joined: {
      [$0, " ", $1, " "]
    }
    scalars = pairs(scalars) {
      isPunctuation($0) && !isNumber($1)
    } joined: {
      [" ", $0, " ", $1]
    }
    scalars = scalars.flatMap { isSymbol($0) ? [" ", $0, " "] : [$0] }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Replaces pairs of neighbours, from the left and without overlap, as a regular expression of two characters does.
  private static func pairs(
    _ scalars: [Unicode.Scalar], where matches: (Unicode.Scalar, Unicode.Scalar) -> Bool,
    joined: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    var index = 0
    while index < scalars.count {
      if index + 1 < scalars.count, matches(scalars[index], scalars[index + 1]) {
        result += joined(scalars[index], scalars[index + 1])
        index += 2
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return result
  }

  /// ASCII's punctuation but for apostrophe, comma, hyphen and point.
  private static func isSeparated(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": true
    default: false
    }
  }
  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

  private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }
  private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
    default: false
    }
  }

  /// The blocks that sacrebleu counts as Chinese. Its two ranges beyond the first plane are texts of two code points there,
  /// which no single one is within but U+2000 … U+2A6D and U+2F80 … U+2FA1, by the order of texts.
  private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3400...0x4DB5, 0x4E00...0x9FBB, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9, 0xFF00...0xFFEF,
      0x2E80...0x2EFF, 0x3000...0x303F, 0x31C0...0x31EF, 0x2F00...0x2FDF, 0x2FF0...0x2FFF, 0x3100...0x312F,
      0x31A0...0x31BF, 0xFE10...0xFE1F, 0xFE30...0xFE4F, 0x2600...0x27BF, 0x3200...0x33FF,
      0x2001...0x2A6D, 0x2F81...0x2FA1:
      true
    default: false
    }
  }
}
