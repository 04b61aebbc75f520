import Basics
import Evaluations
import Metrics
import Templating
import TensorCore

extension NativeFunctions {
  /// Exams whose choices are shuffled, many, or scored by a rule of their own.
  static let exams: [NativeFunction] = [
    .exact(
      "gpqa:utils.process_docs", sources: "9a0d15bd5f85436b", is: .split(GPQA.drawn)),
    .exact(sources: "b28f6608222289e9", is: .split(GPQA.drawnWithList)),
    .exact(sources: "35fc910e4500e620", is: .drawn(GPQA.seeded)),
    .exact(sources: "4a4b001ad95f834f", is: .split(GPQA.withoutBrackets)),
    .form("73d493ae268dafc3", "205295be96d94eef") {
      MMLUPro.question($0.texts)
    },
    .form("7ff38fcbf633969a") { MMLUPro.target($0.texts) },
    .exact(
      sources: "195c36f5a73901c2",
      is: .value {
        let options = lettered(try $0.requiredTexts("options"))
        return .string("\(try $0.requiredText("question"))\n\(options)Answer:")
      }),
    .exact(
      sources: "44e82b4c37b222b1",
      is: .value {
        .list(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", try $0.requiredTexts("options")).map { .string("\($0.0)") })
      }),
    .form("4d00274fb2d65894") { MMLUProX.question($0, isAnswered: false) },
    .form("35cddbad84dc6118") { MMLUProX.question($0, isAnswered: true) },
    .exact(
      "agieval:utils.process_results_mcqa", sources: "0d3a67c5085a1e20",
      is: .results(AGIEval.choiceResults)),
    .exact(
      "record:util.process_docs", sources: "09f1b8597351459e",
      is: .documents(ReCoRD.prepared)),
    .exact(
      "record:util.doc_to_text", sources: "a1280dbf374e41c3", is: .value(ReCoRD.text)),
    .exact(
      "record:util.doc_to_target", sources: "26b83937d3ed72ba",
      is: .value(ReCoRD.target)),
    .exact(
      "record:util.doc_to_choice", sources: "ca6eb14b912d996e",
      is: .value(ReCoRD.choices)),
    .exact(
      "record:util.process_results", sources: "914fd7f176d57326",
      is: .results(ReCoRD.results)),
  ]
}

/// Four answers in an order that CPython's `random` draws.
///
/// The harness draws from the generator that it seeds with 0 before it loads tasks, once for a split, and from one that the
/// file seeds with 42, and does not seed it again for a call. So the order is its own where the task is the first that draws.
enum GPQA {
  private static let fields = [
    "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3", "Correct Answer",
  ]

  static let drawn: SplitFunction = { try prepared($0, seed: 0) }
  static let drawnWithList: SplitFunction = { try prepared($0, seed: 0, hasList: true) }
  static let seeded: DrawnFunction = { try prepared($0, seed: 42, before: $1) }
  static let withoutBrackets: SplitFunction = { try prepared($0, seed: 0, hasBrackets: false) }

  private static func prepared(
    _ documents: [TemplateDictionary], seed: UInt64, before: Int = 0, hasList: Bool = false,
    hasBrackets: Bool = true
  ) throws -> [TemplateDictionary] {
    var random = PythonRandom(seed: seed)
    for _ in 0..<before {
      var places = Array(fields.indices)
      random.shuffle(&places)
    }
    return try documents.map { document in
      let answers = try fields.map { try cleaned(document[$0] ?? .null, hasBrackets) }
      var choices = answers
      random.shuffle(&choices)
      let right = choices.firstIndex(of: answers[3]) ?? 0
      var result = document
      for (index, choice) in choices.enumerated() { result["choice\(index + 1)"] = .string(choice) }
      if hasList { result["choices"] = .list(choices.map(TemplateValue.string)) }
      result["answer"] = .string("(\(["A", "B", "C", "D"][right]))")
      return result
    }
  }

  private static func cleaned(_ value: TemplateValue, _ hasBrackets: Bool) throws -> String {
    guard case .string(let text) = value else { return " " }
    return try HellaSwag.cleaned(text, keepsBrackets: hasBrackets)
  }
}

/// Questions with up to ten options; the words around them stand in the file.
enum MMLUPro {
  /// - Parameter texts: Ten letters; the heading, the question's field, the options' field, a line end, the second heading,
  ///   an option's parts, the worked answer's field, its beginning and what that becomes, line ends, the beginning.
  static func question(_ texts: [String]) -> TaskFunction? {
    let letters = Array(texts.prefix(10))
    let words = Array(texts.dropFirst(10))
    guard letters == "ABCDEFGHIJ".map(String.init), words.count == 13, words[1] == "question",
      words[2] == "options",
      words[8] == "cot_content"
    else { return nil }
    return .value { document in
      var text = words[0] + (try document.requiredText("question")) + words[3] + words[4]
      for (letter, option) in zip(letters, try document.requiredTexts("options")) {
        text += words[5] + letter + words[6] + PythonText.trimmed(option) + words[7]
      }
      return .string(text + words[12])
    }
  }

  /// The worked answer without its beginning.
  static func target(_ texts: [String]) -> TaskFunction? {
    guard texts.count == 3, texts[0] == "cot_content" else { return nil }
    return .value {
      .string(PythonText.replaced(try $0.requiredText("cot_content"), texts[1], with: texts[2]))
    }
  }
}

/// MMLU-Pro in other languages: the words stand in a table of the language that the folder is named by.
enum MMLUProX {
  private static let letters = "ABCDEFGHIJKLMNOP".map(String.init)
  private static let wordsOfLanguage = 6

  static func question(_ source: PythonFunction, isAnswered: Bool) -> TaskFunction? {
    let language = source.path.split(separator: "/").dropLast().last.map(String.init) ?? ""
    guard let words = words(of: language, in: source.texts) else { return nil }
    return .value { document in
      var text = "\(words[0])\n\(try document.requiredText("question"))\n\(words[1])\n"
      for (index, letter) in letters.prefix(10).enumerated() {
        guard let option = document["option_\(index)"], option != .null else { continue }
        text += "\(letter). \(option.text)\n"
      }
      guard isAnswered else { return .string(text + words[2]) }
      let answer = PythonText.replaced(try document.requiredText("cot_content"), words[4], with: words[2])
      return .string(text + answer + "\n\n")
    }
  }

  /// The words of a language: the texts after its name, in a table that follows the function.
  private static func words(of language: String, in texts: [String]) -> [String]? {
    guard let start = texts.firstIndex(of: "en") else { return nil }
    let table = Array(texts[start...])
    guard table.count.isMultiple(of: wordsOfLanguage + 1) else { return nil }
    for index in stride(from: 0, to: table.count, by: wordsOfLanguage + 1) where table[index] == language {
      return Array(table[(index + 1)...(index + wordsOfLanguage)])
    }
    return nil
  }
}

enum AGIEval {
  /// Whether the likeliest choice is among the right ones, as it is and by the choices' lengths.
  static func choiceResults(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    guard case .scores(let scores) = answers, case .list(let gold)? = document["gold"] else {
      throw TaskError.badData(.missing("list 'gold'", purpose: "the indices of the right choices"))
    }
    let right = gold.compactMap(\.choiceIndex)
    let sums = scores.map(\.logLikelihood)
    let lengths = try document.requiredTexts("choices").map { Double($0.unicodeScalars.count) }
    func score(_ worths: [Double]) -> SampleValue.Content {
      .number(worths.firstIndexOfMaximum.map(right.contains) == true ? 1 : 0)
    }
    return [("acc", score(sums)), ("acc_norm", score(zip(sums, lengths).map { $0 / $1 }))]
  }
}

/// Which entity fills the place in a query about a passage.
enum ReCoRD {
  static func prepared(_ document: TemplateDictionary) throws -> TemplateDictionary? {
    func distinct(_ field: String) throws -> TemplateValue {
      .list(Set(try document.requiredTexts(field).map { Word($0) }).sorted().map { .string($0.text) })
    }
    return document.setting("entities", try distinct("entities")).setting("answers", try distinct("answers"))
  }

  static func text(_ document: TemplateDictionary) throws -> TemplateValue {
    let parts = PythonText.split(
      PythonText.trimmed(try document.requiredText("passage")), by: "\n@highlight\n")
    let highlights = parts.dropFirst().map { "  - \($0).\n" }.joined()
    return .string("\(parts[0])\n\n\(highlights)")
  }

  /// A choice goes on with the text's list of highlights: it is the query as another line of it, with the entity in its
  /// place.
  private static func filled(_ document: TemplateDictionary, _ entity: String) throws -> TemplateValue {
    .string(PythonText.replaced("  - \(try document.requiredText("query"))", "@placeholder", with: entity))
  }

  static func target(_ document: TemplateDictionary) throws -> TemplateValue {
    guard let answer = try document.requiredTexts("answers").first else {
      throw TaskError.badData(.missing("answer in 'answers'"))
    }
    return try filled(document, answer)
  }
  static func choices(_ document: TemplateDictionary) throws -> TemplateValue {
    .list(try document.requiredTexts("entities").map { try filled(document, $0) })
  }

  /// SQuAD's f1 and exact match of the likeliest entity, with the best of the answers.
  static func results(
    _ document: TemplateDictionary, _ answers: FilteredResponses
  ) throws -> [(metric: String, SampleValue.Content)] {
    let entities = try document.requiredTexts("entities")
    guard case .scores(let scores) = answers, let best = scores.map(\.logLikelihood).firstIndexOfMaximum,
      entities.indices.contains(best)
    else { throw TaskError.badData(.missing("entity in 'entities'")) }
    let golds = try document.requiredTexts("answers")
    let f1 = golds.map { AnswerWords.f1(entities[best], $0) }.max() ?? 0
    let exact = golds.contains { AnswerWords.areEqual($0, entities[best]) }
    return [("f1", .number(f1)), ("em", .number(exact ? 1 : 0))]
  }
}
