import Basics
import Evaluations
import Templating

/// Problems whose answers are whole numbers.
///
/// - Source: lm-evaluation-harness 0.4.13, `aime/utils.py`.
enum AIME {
  /// Whether the answer in the last box, or else between the first and the last dollar, is that of the document, once both
  /// are written alike.
  static func results(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    let text = try answers.firstText()
    let answer = Boxed.last(in: text).flatMap(Boxed.content) ?? HendrycksMath.betweenDollars(text)
    let field = document.keys.lazy.map(\.text).first { PythonText.lower($0) == "answer" }
    guard let field, let target = document[field] else {
      throw TaskError.badData(.missing("'answer'"))
    }
    return [("exact_match", .number(MathText.areEqual(answer, target.text) ? 1 : 0))]
  }
}
