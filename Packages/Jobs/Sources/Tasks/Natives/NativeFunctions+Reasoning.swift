import Basics
import Evaluations
import Templating

extension NativeFunctions {
  /// Answers at the end of a thought: of mathematics, and of BIG-Bench Hard.
  static let reasoning: [NativeFunction] = [
    .exact(
      "hendrycks_math:utils.process_docs", sources: "f13c110f90271b59",
      is: .documents(HendrycksMath.prepared)),
    .exact(
      "hendrycks_math:utils.process_results", sources: "6f2fba35d3a629a2",
      is: .results(HendrycksMath.results)),
    .exact("aime:utils.process_results", sources: "3d09b10464d9d23a", is: .results(AIME.results)),
    .exact(
      "agieval:utils.process_results", sources: "9898f59a46efa805",
      is: .results(AGIEval.mathResults)),
    .exact(
      "bbh:utils.MultiChoiceRegexFilter", sources: "b81271732d7cd004",
      is: .filter(BigBenchHard.choice)),
    .exact(
      "bbh:utils.MapRegexFilter", sources: "806050547f474dc3",
      is: .filter(BigBenchHard.mapped)),
    .exact(
      "bbh:utils.WordSortFilter", sources: "e00a7bea075c296a",
      is: .filter { _ in BigBenchHard.sortedWords }),
    .exact(
      "bbh:utils.NumberParseRegexFilter", sources: "e903970aa17fb010", "0d2e4ac00885f4b6",
      is: .filter(BigBenchHard.number)),
  ]
}

/// Mathematics of competitions, its answers in boxes.
enum HendrycksMath {
  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    document.setting("answer", .string(try answer(of: document)))
  }

  private static func answer(of document: TemplateDictionary) throws -> String {
    guard let boxed = Boxed.last(in: try document.requiredText("solution")),
      let answer = Boxed.content(of: boxed)
    else {
      throw TaskError.badData(.missing("'\\boxed{…}' that ends in 'solution'"))
    }
    return answer
  }

  /// Whether what stands between the first and the last dollar is the answer, once both are written alike.
  static func results(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    let answer = betweenDollars(try answers.firstText())
    return [("exact_match", .number(MathText.areEqual(answer, try self.answer(of: document)) ? 1 : 0))]
  }

  /// What stands between the first and the last dollar; the whole text without two of them.
  static func betweenDollars(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.firstIndex(of: "$"), let last = scalars.lastIndex(of: "$"), first < last else {
      return text
    }
    return String(String.UnicodeScalarView(scalars[(first + 1)..<last]))
  }
}
