import Basics
import Evaluations
import Metrics
import Templating

extension NativeFunctions {
  /// Labels, choices and prompts of families of translations; their words stand in the files.
  static let labels: [NativeFunction] = [
    // The table of names is a file of its own; a name that is not in it is an error there.
    .form("dfe244c2697967ae") { source in
      guard source.name.hasPrefix("process_") else { return nil }
      let subject = String(source.name.dropFirst("process_".count))
      return .documents { try Labels.subject(of: $0) == subject ? $0 : nil }
    },
    .form("bf541446e12f6441") { Labels.named($0.texts) },
    .exact(
      sources: "2babb69d39b8d2f2",
      is: .value { .list(try Labels.literalChoices($0).map(TemplateValue.string)) }),
    .form("45e274e117597f83") { Labels.prompt($0.texts, hasSubject: true) },
    .form("de199d2a2d70a670") { Labels.prompt($0.texts, hasSubject: false) },
    .form("bb011468b263f950") { Labels.f1(average: $0.texts) },
    .exact(
      sources: "7cae8839936b6ee6",
      is: .documents { document in
        let choices = (1...4).map { TemplateValue.string((document["choice\($0)"] ?? .null).textOrEmpty) }
        let answer = PythonText.trimmed((document["answer"] ?? .null).textOrEmpty)
        return document.setting("choices", .list(choices)).setting("answer", .string(answer))
      }),
    .exact(
      sources: "5c25422e7e5172f4",
      is: .documents { document in
        let letters = ["A", "B", "C", "D"]
        let choices = try letters.map { TemplateValue.string(try document.requiredText($0)) }
        return document.setting("questions", .string(try document.requiredText("question")))
          .setting("choices", .list(choices))
          .setting("goal", .integer(try Labels.index(of: document, "answer", among: letters)))
      }),
    .exact(
      sources: "2270eb64fa6e4926",
      is: .documents { document in
        guard let answer = document["answer"]?.choiceIndex, (0...3).contains(answer) else { return nil }
        return try document.requiredTexts("candidates") == ["", "", "", ""] ? nil : document
      }),
    .form("8b2a404cded48a59") {
      Labels.trueOrFalse($0.texts)
    },
    .exact(
      sources: "8bd91de8baf6f5cd",
      is: .documents { document in
        let letters = ["A", "B", "C", "D", "E"]
        let options = ["a", "b", "c", "d", "e"].map { (document["option_\($0)"] ?? .null).textOrEmpty }
        let choices = try options.filter { !$0.isEmpty }.map {
          TemplateValue.string(try HellaSwag.cleaned($0))
        }
        let question = try HellaSwag.cleaned(document.requiredText("instruction"))
        return document.setting("query", .string("Question: \(question)\nAnswer:")).setting(
          "choices", .list(choices)
        )
        .setting("gold", .integer(try Labels.index(of: document, "answer", among: letters)))
      }),
    .exact(
      sources: "a76522087f49204a",
      is: .documents { document in
        document.setting("answers", try document.requiredMapping("answers")["text"] ?? .null)
      }),
  ]
}

extension TemplateValue {
  /// The text, or an empty one for nothing.
  fileprivate var textOrEmpty: String { if case .string(let text) = self { text } else { "" } }
}

enum Labels {
  /// The subject of a row, without the name of a file that may follow it.
  static func subject(of document: TemplateDictionary) throws(TaskError) -> String {
    let name = try document.requiredText("Subject")
    for mark in ["_test.csv", "_test-"] {
      let parts = PythonText.split(name, by: mark, limit: 1)
      if parts.count > 1 { return parts[0] }
    }
    return name
  }

  static func index(
    of document: TemplateDictionary, _ field: String, among names: [String]
  ) throws(TaskError) -> Int {
    let name = try document.requiredText(field)
    guard let index = names.firstIndex(of: name) else {
      throw .badData(.unknown(what: "'\(field)'", name, known: names))
    }
    return index
  }

  /// `{0: first, 1: second, 2: third}[doc[field]]`.
  static func named(_ texts: [String]) -> TaskFunction? {
    guard texts.count == 4 else { return nil }
    return .value { document in
      guard let label = document[texts[3]]?.choiceIndex, (0..<3).contains(label) else {
        throw TaskError.badData(.value("'\(texts[3])'", expected: "0, 1 or 2"))
      }
      return .string(texts[label])
    }
  }

  /// Choices that a text holds as Python writes a list.
  static func literalChoices(_ document: TemplateDictionary) throws -> [String] {
    guard case .list(let choices) = try TemplateValue(pythonLiteral: document.requiredText("choices")) else {
      throw TaskError.badData(.value("'choices'", expected: "a list as Python writes it"))
    }
    return choices.map(\.text)
  }

  /// A text with `{question}`, `{choice1}` … `{choice4}` and perhaps `{subject}` in it.
  static func prompt(_ texts: [String], hasSubject: Bool) -> TaskFunction? {
    let fields = hasSubject ? ["choices", "subject", "question"] : ["choices", "question"]
    guard texts.count == fields.count + 1, Array(texts[1...]) == fields else { return nil }
    return .value { document in
      let choices = try literalChoices(document)
      guard choices.count >= 4 else {
        throw TaskError.badData(.value("'choices'", expected: "4 texts", found: "\(choices.count)"))
      }
      var values = ["question": try document.requiredText("question")]
      for index in 0..<4 { values["choice\(index + 1)"] = choices[index] }
      if hasSubject { values["subject"] = try document.requiredText("subject") }
      return .string(try filled(texts[0], values))
    }
  }

  /// `str.format` of names only.
  private static func filled(_ text: String, _ values: [String: String]) throws -> String {
    var result = ""
    for (index, part) in PythonText.split(text, by: "{").enumerated() {
      guard index > 0 else {
        result += part
        continue
      }
      let pieces = PythonText.split(part, by: "}", limit: 1)
      guard pieces.count == 2, let value = values[pieces[0]] else {
        throw TaskError.badData(
          .unknown(what: "field in the prompt of the Python file", pieces[0], known: values.keys.sorted()))
      }
      result += value + pieces[1]
    }
    return result
  }

  /// scikit-learn's `f1_score` by the name of its average.
  static func f1(average texts: [String]) -> TaskFunction? {
    switch texts {
    case ["micro"]: .aggregation(LabelF1.micro)
    case ["macro"]: .aggregation(LabelF1.macro)
    case ["weighted"]: .aggregation(LabelF1.weighted)
    default: nil
    }
  }

  /// A question with two words to choose from, all written in the file.
  static func trueOrFalse(_ texts: [String]) -> TaskFunction? {
    guard texts.count == 11, Array(texts[..<3]) == ["question", "answer", "query"], texts[5] == "choices",
      texts[8] == "gold", Array(texts[6...7]) == Array(texts[9...10])
    else { return nil }
    let words = Array(texts[6...7])
    return .documents { document in
      let query = texts[3] + (try document.requiredText("question")) + texts[4]
      return document.setting("query", .string(query)).setting(
        "choices", .list(words.map(TemplateValue.string))
      )
      .setting("gold", .integer(try index(of: document, "answer", among: words)))
    }
  }
}
