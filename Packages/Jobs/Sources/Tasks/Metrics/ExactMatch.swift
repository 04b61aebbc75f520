import Metrics
import Templating

/// Whether an answer equals a reference once both are stripped of what does not matter.
///
/// - Source: lm-evaluation-harness 0.4.13, `exact_match_hf_evaluate`.
struct ExactMatch: Sendable {
  var ignored: [PythonPattern] = []
  var ignoresCase = false
  var ignoresPunctuation = false
  var ignoresNumbers = false

  func callAsFunction(_ answer: String, _ reference: String) throws -> Bool {
    try prepared(answer).unicodeScalars.elementsEqual(prepared(reference).unicodeScalars)
  }

  private func prepared(_ text: String) throws -> String {
    var text = text
    for pattern in ignored { text = try pattern.replacingMatches(in: text, with: "") }
    if ignoresCase { text = PythonText.lower(text) }
    if ignoresPunctuation { text.unicodeScalars.removeAll(where: isASCIIPunctuation) }
    if ignoresNumbers { text.unicodeScalars.removeAll { ("0"..."9").contains($0) } }
    return text
  }
}
