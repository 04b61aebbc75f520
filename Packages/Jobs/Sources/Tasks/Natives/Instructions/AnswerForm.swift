import Basics
import Templating

/// What instructions look for in the form of an answer.
enum AnswerForm {
  /// How many paragraphs `***` divides the answer into; `nil` where one but the first and the last is blank.
  static func paragraphs(_ answer: String) -> Int? {
    let parts = PythonText.split(answer, by: "***")
    let blank = parts.indices.filter { PythonText.trimmed(parts[$0]).isEmpty }
    guard blank.allSatisfy({ $0 == 0 || $0 == parts.count - 1 }) else { return nil }
    return parts.count - blank.count
  }

  /// Whether there are `count` paragraphs between empty lines, and the one of a number, counted from 1, begins with a word.
  static func beginsParagraph(_ answer: String, _ number: Int, of count: Int, with word: String) -> Bool {
    let paragraphs = PythonText.split(answer, by: "\n\n").map { PythonText.trimmed($0) }
    guard paragraphs.count(where: { !$0.isEmpty }) == count, number <= count,
      let first = PythonText.words(paragraphs[number - 1]).first
    else { return false }
    let letters = first.unicodeScalars.drop { $0 == "'" }.drop { $0 == "\"" }.prefix {
      !".,?!'\"".unicodeScalars.contains($0)
    }
    return letters.map(\.properties.lowercaseMapping).joined() == word
  }

  /// What begins a postscript in an answer of small letters.
  static func postscript(_ marker: String) throws -> PythonPattern {
    let pattern =
      switch marker {
      case "P.P.S": #"p\.\s?p\.\s?s"#
      case "P.S.": #"p\.\s?s\."#
      default: PythonText.lower(marker)
      }
    return try PythonPattern(#"(?m)\s*"# + pattern + ".*$")
  }

  /// Whether anything but blanks stands between marks.
  static func hasText(_ text: String, within mark: Unicode.Scalar) -> Bool {
    hasText(text, from: mark, to: mark)
  }

  static func hasText(_ text: String, from start: Unicode.Scalar, to end: Unicode.Scalar) -> Bool {
    !PythonText.trimmed(stripped(text, from: start, to: end)).isEmpty
  }

  /// The text without its marks at the beginning and at the end.
  static func stripped(_ text: String, from start: Unicode.Scalar, to end: Unicode.Scalar) -> String {
    var scalars = text.unicodeScalars.drop { $0 == start }
    while scalars.last == end { scalars.removeLast() }
    return String(scalars)
  }

  /// Whether six asterisks divide the answer into two that differ; blank parts count at its ends only.
  static func isTwo(_ answer: String) -> Bool {
    let parts = PythonText.split(answer, by: "******").map { PythonText.trimmed($0) }
    let inner = parts.dropFirst().dropLast()
    let texts = parts.filter { !$0.isEmpty }
    return !inner.contains("") && texts.count == 2
      && !texts[0].unicodeScalars.elementsEqual(texts[1].unicodeScalars)
  }

  /// Whether the answer is JSON for Python, in a block of Markdown or not.
  static func isJSON(_ answer: String) -> Verdict {
    var text = PythonText.trimmed(answer).unicodeScalars[...]
    for prefix in ["```json", "```Json", "```JSON", "```"] where text.starts(with: prefix.unicodeScalars) {
      text = text.dropFirst(prefix.unicodeScalars.count)
    }
    if text.reversed().starts(with: "```".unicodeScalars) { text = text.dropLast(3) }
    let bytes = Array(PythonText.trimmed(String(text)).utf8)
    do {
      var reader = JSONReader(bytes, options: .python)
      _ = try reader.value()
      try reader.expectEnd()
      return .followed
    } catch {
      // How deep Python reads depends on its stack.
      let opened = bytes.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }
      return opened > JSONReader.Options.python.deepest ? .open : .broken
    }
  }
}

/// Words of capital letters, as nltk's `word_tokenize` cuts them.
enum CapitalWords {
  /// Words that may be cut in two.
  private static let contractions: Set<String> = [
    "CANNOT", "GIMME", "GONNA", "GOTTA", "LEMME", "WANNA", "TIS", "TWAS",
  ]

  /// The least and the most that there can be. What stands between blanks and is a word with punctuation around it is one
  /// word, wherever sentences end; within anything else each run of letters and digits is one at most.
  static func count(in answer: String) -> ClosedRange<Int> {
    var (least, most) = (0, 0)
    for text in PythonText.words(answer) {
      let parts = text.unicodeScalars.split { !isWord($0) }.map { String($0) }
      let capitals = parts.filter(PythonText.isUpper)
      let isPlain = parts.count == 1 && text.unicodeScalars.allSatisfy { $0.isASCII || isWord($0) }
      most += capitals.map { contractions.contains($0) ? 2 : 1 }.reduce(0, +)
      if isPlain { least += capitals.count }
    }
    return least...most
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
