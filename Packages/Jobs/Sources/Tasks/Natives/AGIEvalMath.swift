import Evaluations
import Templating

extension AGIEval {
  /// Whether the answer of the text equals that of the solution, both as formulas.
  static func mathResults(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    let own = try mathAnswer(in: answers.firstText())
    let gold = try mathAnswer(in: document.requiredText("answer"))
    // Where neither has an answer both are nothing, which is equal.
    let isRight =
      own.flatMap { own in gold.map { MathText.areEqual(own, $0, keepsSlash: true) } } ?? (own == gold)
    return [("acc", .number(isRight ? 1 : 0))]
  }

  /// The answer in the last box, between dollars, after `=`, or the last number.
  private static func mathAnswer(in text: String) throws -> String? {
    if PythonText.split(text, by: "\\boxed").count > 1 {
      guard let box = Boxed.lastBraced(in: text), let content = Boxed.content(of: box) else { return nil }
      return afterEquals(content)
    }
    if let found = try PythonPattern(#"\$(.*)\$"#).findAll(in: text).last?[0], !found.isEmpty {
      return afterEquals(found)
    }
    if PythonText.split(text, by: "=").count > 1 {
      var answer = afterEquals(text).unicodeScalars
      while answer.last == "." { answer.removeLast() }
      return PythonText.split(String(answer), by: "\\n")[0]
    }
    return try PythonPattern(#"(?:\$)?\d+(?:\.\d+)?(?![\w\d])"#).findAll(in: text).last?[0]
  }

  private static func afterEquals(_ text: String) -> String {
    let parts = PythonText.split(text, by: "=")
    guard parts.count > 1, let last = parts.last else { return text }
    return String(last.unicodeScalars.drop { $0 == " " })
  }
}
