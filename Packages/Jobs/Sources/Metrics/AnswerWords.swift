import Templating

/// Short answers as SQuAD compares them: small, without punctuation and articles.
///
/// - Source: Rajpurkar et al. 2016, *SQuAD*, the evaluation script of version 1.1.
public enum AnswerWords {
  /// The words that are compared.
  public static func words(_ answer: String) -> [Word] {
    withoutArticles(PythonText.lower(answer).unicodeScalars.filter { !isASCIIPunctuation($0) })
  }

  /// Whether two answers have the same words in the same order.
  public static func areEqual(_ answer: String, _ reference: String) -> Bool {
    words(answer) == words(reference)
  }

  /// F of the words that two answers share; where one has none, whether both have none.
  public static func f1(_ answer: String, _ reference: String) -> Double {
    let (own, other) = (words(answer), words(reference))
    guard !own.isEmpty, !other.isEmpty else { return own.isEmpty == other.isEmpty ? 1 : 0 }
    return sharedF1(own, other)
  }

  /// F of the words that two answers share; 0 where they share none.
  public static func sharedF1(_ answer: String, _ reference: String) -> Double {
    sharedF1(words(answer), words(reference))
  }

  private static func sharedF1(_ own: [Word], _ other: [Word]) -> Double {
    let known = counts(other)
    let both = Double(counts(own).reduce(0) { $0 + min($1.value, known[$1.key] ?? 0) })
    guard both > 0 else { return 0 }
    let (precision, recall) = (both / Double(own.count), both / Double(other.count))
    return 2 * precision * recall / (precision + recall)
  }

  /// The words of a text, but for those that are articles between what is neither letter, digit nor underscore.
  static func withoutArticles(_ text: String.UnicodeScalarView) -> [Word] {
    var result = String.UnicodeScalarView()
    var word = String.UnicodeScalarView()
    func end(_ word: String.UnicodeScalarView) -> String.UnicodeScalarView {
      ["a", "an", "the"].contains(String(word)) ? " ".unicodeScalars : word
    }
    for scalar in text {
      if isWord(scalar) {
        word.append(scalar)
      } else {
        result.append(contentsOf: end(word))
        word = .init()
        result.append(scalar)
      }
    }
    result.append(contentsOf: end(word))
    return Metrics.words(String(result))
  }

  /// `\w`.
  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: scalar == "_"
    }
  }
}
