import Metrics
import Templating

/// The letter of the choice that an answer names: by a pattern, else by the choice's text, else by a letter after a
/// colon.
///
/// - Source: lm-evaluation-harness 0.4.13, `MultiChoiceRegexFilter`.
struct ChoiceRegexFilter: Sendable {
  var pattern: RegexFilter
  var ignored: [PythonPattern] = []
  var ignoresCase = false
  var ignoresPunctuation = false

  func extract(from answer: String, _ document: TemplateDictionary) throws -> String {
    guard case .list(let choices)? = document["choices"] else {
      throw TaskError(.filterField(filter: "multi_choice_regex", field: "choices"))
    }
    return try extract(from: answer, choices: choices.map(\.text))
  }

  /// - Parameter choices: Their texts, under the letters from A.
  func extract(from answer: String, choices: [String]) throws -> String {
    if let found = try pattern.extract(from: answer), !found.isEmpty { return found }
    let texts = try choices.map { try prepared(PythonText.trimmed($0)) }
    let letters = texts.indices.map { String(Unicode.Scalar(UInt8(65 + min($0, 25)))) }
    // Longer choices first, so that a choice that begins another does not hide it.
    let named = texts.sorted { $0.unicodeScalars.count > $1.unicodeScalars.count }
    let byText = RegexFilter(
      pattern: try PythonPattern(named.map(PythonPattern.escaped).joined(separator: "|")),
      selection: pattern.selection)
    if let found = try byText.extract(from: prepared(answer)), !found.isEmpty {
      return texts.lastIndex(of: found).map { "(\(letters[$0]))" } ?? found
    }
    let byLetter = RegexFilter(
      pattern: try PythonPattern(#":[\s]*(\#(letters.joined(separator: "|")))"#), selection: pattern.selection
    )
    if let found = try byLetter.extract(from: answer), !found.isEmpty { return "(\(found))" }
    return pattern.fallback
  }

  /// The text without what does not matter.
  func prepared(_ text: String) throws -> String {
    var text = text
    for pattern in ignored { text = try pattern.replacingMatches(in: text, with: "") }
    if ignoresCase { text = PythonText.lower(text) }
    if ignoresPunctuation { text.unicodeScalars.removeAll(where: isPunctuation) }
    return text
  }
}
