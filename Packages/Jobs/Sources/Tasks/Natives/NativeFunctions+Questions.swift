import Basics
import Evaluations
import Templating

extension NativeFunctions {
  /// Questions with choices whose texts are put together of fields.
  static let questions: [NativeFunction] = [
    .exact(
      "utils_logiqa.doc_to_text", sources: "00351364745565df", is: .value(LogiQA.text)),
    .exact(
      "utils_logiqa.doc_to_target", sources: "4e96e23723aa8467",
      is: .value(LogiQA.target)),
    .exact(
      "utils_logiqa2.doc_to_text", sources: "6c0e6dbafbeb374a",
      is: .value(LogiQA.secondText)),
    .exact(
      "mathqa:utils.doc_to_choice", sources: "86eac22dfdbeed11", is: .value(MathQA.choices)),
    .exact(
      "preprocess_medqa.doc_to_text", sources: "85dd1a01f7ca8683",
      is: .value(Medical.medQA)),
    .exact(
      "preprocess_medqa.doc_to_target", sources: "56f801ed9bc47318",
      is: .value { $0["label"] ?? .null }),
    .exact(
      "utils_medmcqa.doc_to_text", sources: "2a8f9114afcefddb",
      is: .value(Medical.medMCQA)),
    .exact(
      "preprocess_pubmedqa.doc_to_text", sources: "a9bc5c04ac91bd25",
      is: .value(Medical.pubMedQA)),
    .exact(
      "preprocess_race.doc_to_text", sources: "e2b342b7403cb55e", is: .value(RACE.text)),
    .exact(
      "preprocess_race.doc_to_choice", sources: "df3c5ef62c2cd247",
      is: .value(RACE.choices)),
    .exact(
      "preprocess_race.doc_to_target", sources: "9fa2ccdf0c4704fe",
      is: .value(RACE.target)),
    .exact(
      "musr:utils.doc_to_text", sources: "deb1871d088aa2d0", is: .value(MuSR.text)),
    .exact("mnli:utils.doc_to_text", sources: "1dbc64c6f325bc2e", is: .value(GLUE.mnli)),
    .exact(
      "toxigen-data:utils.doc_to_target", sources: "79f78bffdea32de2",
      is: .value(ToxiGen.target)),
    .exact(
      "webqs:utils.doc_to_choice", sources: "bb9db2362d7c8667", is: .value(WebQuestions.choices)
    ),
    .exact(
      "webqs:utils.doc_to_target", sources: "05aeff35e7ee3d9b", is: .value(WebQuestions.target)),
    .exact(
      "paloma_utils.doc_to_target", sources: "2624211d7c9a8e68",
      is: .value { .string(($0["text"] ?? .null).text) }),
    .exact(
      "bigbench:utils.filter_multiple_choice", sources: "f0c6ee3c45e98ca4",
      is: .documents { try $0.requiredTexts("multiple_choice_targets").isEmpty ? nil : $0 }),
  ]
}

extension TemplateDictionary {
  /// The texts of a field that is a list.
  ///
  /// - Throws: ``TaskError`` naming the field that is missing or no list.
  func requiredTexts(_ field: String) throws(TaskError) -> [String] {
    switch self[field] {
    case .list(let values)?, .tuple(let values)?: return values.map(\.text)
    default: throw .badData(.missing("list '\(field)'"))
    }
  }

  /// A field that is a number.
  func requiredNumber(_ field: String) throws(TaskError) -> Double {
    switch self[field] {
    case .integer(let value)?: return Double(value)
    case .float(let value)?: return value
    case .boolean(let flag)?: return flag ? 1 : 0
    default: throw .badData(.missing("number '\(field)'"))
    }
  }
}

/// Choices under letters, one a line.
func lettered(_ choices: some Sequence<String>, end: String = ". ") -> String {
  zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", choices).map { "\($0)\(end)\($1)\n" }.joined()
}

enum LogiQA {
  static func text(_ document: TemplateDictionary) throws -> TemplateValue {
    .string(
      "Passage: \(try document.requiredText("context"))\nQuestion: \(try document.requiredText("question"))\nChoices:\n\(lettered(try document.requiredTexts("options").prefix(4)))Answer:"
    )
  }
  static func target(_ document: TemplateDictionary) throws -> TemplateValue {
    let label = PythonText.trimmed(try document.requiredText("label"))
    guard let index = ["a", "b", "c", "d"].firstIndex(of: label) else {
      throw TaskError.badData(.unknown(what: "'label'", label, known: ["a", "b", "c", "d"]))
    }
    return .integer(index)
  }
  static func secondText(_ document: TemplateDictionary) throws -> TemplateValue {
    .string(
      "Passage: \(try document.requiredText("text"))\nQuestion: \(try document.requiredText("question"))\n\(lettered(try document.requiredTexts("options").prefix(4)))Answer:"
    )
  }
}

enum MathQA {
  private static let pattern = Result { try PythonPattern(#"[abcd] \) .*?, |e \) .*?$"#) }

  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    .list(
      try pattern.get().findAll(in: document.requiredText("options")).map { match in
        var rest = match[0].unicodeScalars.dropFirst(4)
        while let last = rest.last, last == " " || last == "," { rest.removeLast() }
        return .string(String(rest))
      })
  }
}

enum Medical {
  static func medQA(_ document: TemplateDictionary) throws -> TemplateValue {
    let endings = try (0..<4).map { try document.requiredText("ending\($0)") }
    return .string("Question: \(try document.requiredText("sent1"))\n\(lettered(endings))Answer:")
  }
  static func medMCQA(_ document: TemplateDictionary) throws -> TemplateValue {
    let options = try ["opa", "opb", "opc", "opd"].map { try document.requiredText($0) }
    return .string(
      "Question: \(try document.requiredText("question"))\nChoices:\n\(lettered(options))Answer:")
  }
  static func pubMedQA(_ document: TemplateDictionary) throws -> TemplateValue {
    let abstract = try document.requiredTexts("CONTEXTS").joined(separator: "\n")
    return .string("Abstract: \(abstract)\nQuestion: \(try document.requiredText("QUESTION"))\nAnswer:")
  }
}

/// Several problems about one article, written as a literal of Python; the last one is asked.
enum RACE {
  private struct Problem {
    var question: String
    var options: [String]
    var answer: Int
  }

  private static func problems(_ document: TemplateDictionary) throws -> [Problem] {
    guard case .list(let values) = try TemplateValue(pythonLiteral: document.requiredText("problems")),
      !values.isEmpty
    else { throw TaskError.badData(.value("'problems'", expected: "a list of problems")) }
    return try values.map { value in
      guard case .dictionary(let fields) = value else {
        throw TaskError.badData(.value("an entry of 'problems'", expected: "a mapping", found: value.excerpt))
      }
      let answer = try fields.requiredText("answer")
      guard let index = ["A", "B", "C", "D"].firstIndex(of: answer) else {
        throw TaskError.badData(
          .unknown(what: "'answer' of a problem", answer, known: ["A", "B", "C", "D"]))
      }
      return Problem(
        question: try fields.requiredText("question"), options: try fields.requiredTexts("options"),
        answer: index)
    }
  }

  static func text(_ document: TemplateDictionary) throws -> TemplateValue {
    let problems = try problems(document)
    var text = "Article: \(try document.requiredText("article"))\n\n"
    for problem in problems.dropLast() {
      guard problem.options.indices.contains(problem.answer) else {
        throw TaskError.badData(.missing("option \(problem.answer) of a problem"))
      }
      let answer = problem.options[problem.answer]
      // A question that ends in a blank is completed.
      if problem.question.unicodeScalars.suffix(6).elementsEqual("  _  .".unicodeScalars) {
        text += String(problem.question.unicodeScalars.dropLast(5)) + answer + "\n"
      } else {
        text += "Question: \(problem.question)\nAnswer: \(answer)\n"
      }
    }
    return .string(text + (problems.last?.question ?? ""))
  }
  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    let options = try problems(document).last?.options ?? []
    guard options.count >= 4 else {
      throw TaskError.badData(.value("options of the last problem", expected: "4", found: "\(options.count)"))
    }
    return .list(options.prefix(4).map(TemplateValue.string))
  }
  static func target(_ document: TemplateDictionary) throws -> TemplateValue {
    .integer(try problems(document).last?.answer ?? 0)
  }
}

enum MuSR {
  static func text(_ document: TemplateDictionary) throws -> TemplateValue {
    let choices = try Labels.literalChoices(document)
    let lines = choices.enumerated().map { "\($0.offset + 1) - \($0.element)\n" }.joined()
    return .string(
      "\(try document.requiredText("narrative"))\n\n\(try document.requiredText("question"))\n\n\(lines)\nAnswer:"
    )
  }
}

enum GLUE {
  static func mnli(_ document: TemplateDictionary) throws -> TemplateValue {
    let hypothesis = PythonText.trimmed(try document.requiredText("hypothesis"))
    return .string(
      "\(try document.requiredText("premise"))\nQuestion: \(hypothesis)\(hypothesis.unicodeScalars.last == "." ? "" : ".") True, False or Neither?\nAnswer:"
    )
  }
}

enum ToxiGen {
  static func target(_ document: TemplateDictionary) throws -> TemplateValue {
    let sum = try document.requiredNumber("toxicity_ai") + document.requiredNumber("toxicity_human")
    return .integer(sum > 5.5 ? 1 : 0)
  }
}

enum WebQuestions {
  /// The accepted answers without those that begin with another one, sorted.
  private static func answers(_ document: TemplateDictionary) throws -> [String] {
    let sorted = try document.requiredTexts("answers").sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    guard let first = sorted.first else { throw TaskError.badData(.missing("answer in 'answers'")) }
    return sorted.dropFirst().reduce(into: [first]) { kept, answer in
      if !answer.unicodeScalars.starts(with: kept[kept.count - 1].unicodeScalars) { kept.append(answer) }
    }
  }

  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    .list(try answers(document).map(TemplateValue.string))
  }
  static func target(_ document: TemplateDictionary) throws -> TemplateValue {
    .list(try answers(document).indices.map(TemplateValue.integer))
  }
}
