import Evaluations
import Foundation
import Templating

extension NativeFunctions {
  /// The functions of the classic suite.
  static let classic: [NativeFunction] = [
    .exact("hellaswag:utils.process_docs", sources: "c5de2cc569001732", is: .documents(HellaSwag.prepared)),
    .exact("preprocess_winogrande.doc_to_text", sources: "6ff2e4e5d84982cc", is: .value(WinoGrande.answer)),
    .exact("preprocess_winogrande.doc_to_target", sources: "fe126f60f4cb21da", is: .value(WinoGrande.ending)),
    .exact(
      "preprocess_winogrande.doc_to_choice", sources: "766145c8643201e3", is: .value(WinoGrande.beginnings)),
    .exact(
      "preprocess_wikitext.wikitext_detokenizer", sources: "c8f7b9c3b89c4aa1",
      is: .value(WikiText.detokenized)),
    .exact(
      "preprocess_wikitext.process_results", sources: "2299b1eb09647524", is: .results(WikiText.results)),
    .exact("arithmetic:utils.process_docs", sources: "48881c96807642e9", is: .documents(Arithmetic.prepared)),
    .exact("super_glue:utils.doc_to_text", sources: "8094bd4f84e655d2", is: .value(COPA.text)),
    .exact("super_glue:utils.doc_to_target", sources: "77c04fc92e890787", is: .value(COPA.target)),
    .exact("super_glue:utils.doc_to_choice", sources: "e78e7b833ca620de", is: .value(COPA.choices)),
    .exact(
      "truthful_qa:utils.process_results_mc2", sources: "8b921c7e4ff1e90d",
      is: .results(TruthfulQA.probabilityOfTruth)),
  ]
}

extension TemplateDictionary {
  /// The text of a field.
  ///
  /// - Throws: ``TaskError`` naming the field that is missing or no text.
  func requiredText(_ field: String) throws(TaskError) -> String {
    guard case .string(let text)? = self[field] else {
      throw TaskError(.field(field, expected: "text", fields: keys.map(\.representation)))
    }
    return text
  }

  /// A field that counts from zero, also where it is written as a text.
  func requiredInteger(_ field: String) throws(TaskError) -> Int {
    switch self[field] {
    case .integer(let value)?: return value
    case .string(let text)?:
      if let value = Int(PythonText.trimmed(text)) { return value }
    default: break
    }
    throw TaskError(.field(field, expected: "whole number", fields: []))
  }

  func setting(_ field: String, _ value: TemplateValue) -> TemplateDictionary {
    var copy = self
    copy[field] = value
    return copy
  }
}

enum HellaSwag {
  private static let brackets = Result { try PythonPattern(#"\[.*?\]"#) }

  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    let end = PythonText.capitalized(try document.requiredText("ctx_b"))
    let context = try document.requiredText("ctx_a") + " " + end
    guard case .list(let endings)? = document["endings"] else {
      throw TaskError(.field("endings", expected: "list", fields: []))
    }
    return try document.setting(
      "query", .string(cleaned(document.requiredText("activity_label") + ": " + context))
    )
    .setting("choices", .list(endings.map { .string(try cleaned($0.text)) }))
    .setting("gold", .integer(document.requiredInteger("label")))
  }

  /// - Parameter keepsBrackets: Whether what is in brackets stays.
  static func cleaned(_ text: String, keepsBrackets: Bool = false) throws -> String {
    let titled = PythonText.replaced(PythonText.trimmed(text), " [title]", with: ". ")
    let plain = keepsBrackets ? titled : try brackets.get().replacingMatches(in: titled, with: "")
    return PythonText.replaced(plain, "  ", with: " ")
  }
}

enum WinoGrande {
  private static func parts(_ document: TemplateDictionary) throws(TaskError) -> (String, String) {
    let pieces = PythonText.split(try document.requiredText("sentence"), by: "_", limit: 1)
    guard pieces.count == 2 else { throw TaskError(.noBlank(field: "sentence")) }
    return (pieces[0], pieces[1])
  }

  static func answer(_ document: TemplateDictionary) throws -> TemplateValue {
    .integer(try document.requiredInteger("answer") &- 1)
  }
  static func ending(_ document: TemplateDictionary) throws -> TemplateValue {
    .string(PythonText.trimmed(try parts(document).1))
  }
  static func beginnings(_ document: TemplateDictionary) throws -> TemplateValue {
    let beginning = try parts(document).0
    return .list(try ["option1", "option2"].map { .string(beginning + (try document.requiredText($0))) })
  }
}

enum Arithmetic {
  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    var context = PythonText.trimmed(try document.requiredText("context"))
    for (old, new) in [("\n\n", "\n"), ("Q:", "Question:"), ("A:", "Answer:")] {
      context = PythonText.replaced(context, old, with: new)
    }
    return document.setting("context", .string(context))
  }
}

enum COPA {
  private static func continuation(_ document: TemplateDictionary, _ field: String) throws(TaskError)
    -> String
  {
    let text = try document.requiredText(field)
    guard let first = text.unicodeScalars.first else { return " " }
    return " " + PythonText.lower(String(first)) + String(text.unicodeScalars.dropFirst())
  }

  static func text(_ document: TemplateDictionary) throws -> TemplateValue {
    let premise = PythonText.trimmed(try document.requiredText("premise")).unicodeScalars.dropLast()
    switch try document.requiredText("question") {
    case "cause": return .string(String(premise) + " because")
    case "effect": return .string(String(premise) + " therefore")
    case let other:
      throw TaskError(.fieldValue("question", expected: "'cause' or 'effect'", found: other))
    }
  }
  static func target(_ document: TemplateDictionary) throws -> TemplateValue {
    .string(try continuation(document, document.requiredInteger("label") == 0 ? "choice1" : "choice2"))
  }
  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    .list(try ["choice1", "choice2"].map { .string(try continuation(document, $0)) })
  }
}

enum TruthfulQA {
  /// The probability of the true answers among all, taken in log space so that it does not vanish for long answers.
  static func probabilityOfTruth(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    guard case .dictionary(let targets)? = document["mc2_targets"],
      case .list(let labels)? = targets["labels"],
      case .scores(let scores) = answers, labels.count == scores.count,
      let best = scores.map(\.logLikelihood).max()
    else {
      throw TaskError(.labels(field: "mc2_targets/labels"))
    }
    let weights = scores.map { exp($0.logLikelihood - best) }
    let right = zip(labels, weights).filter { $0.0 == .integer(1) }.reduce(0) { $0 + $1.1 }
    return [("acc", .number(right / weights.reduce(0, +)))]
  }
}
