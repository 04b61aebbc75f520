import Basics
import Bridge
import Evaluations
import Templating

/// A function of a Python file beside a task file, called in the run's Python.
///
/// What it gets and gives is what lm-evaluation-harness gives it and takes.
struct PythonCall: Sendable {
  let python: TaskPython
  /// As the task file has it, `utils.process_docs` for example.
  let name: String
  /// The folder of the task file.
  let folder: String

  /// For `process_docs`.
  func documents(_ documents: [TemplateDictionary]) throws -> [TemplateDictionary] {
    let made = try python.callOnce(
      self, "documents", [("documents", .list(try documents.map { try $0.jsonValue }))])
    return try rows(made)
  }

  /// For `custom_dataset`: the documents of each split.
  func splits(_ settings: TemplateDictionary) throws -> [String: [TemplateDictionary]] {
    let made = try python.callOnce(self, "splits", [("settings", try settings.jsonValue)])
    guard case .dictionary(let splits) = made else { throw unfit("a mapping of splits", made) }
    var result: [String: [TemplateDictionary]] = [:]
    for case (.string(let split), let documents) in zip(splits.keys, splits.values) {
      result[split] = try rows(documents)
    }
    return result
  }

  /// For few-shot samples, which may also be a list.
  func samples() throws -> [TemplateDictionary] { try rows(python.callOnce(self, "samples", [])) }

  /// For `doc_to_text`, `doc_to_target` and `doc_to_choice`.
  func value(_ document: TemplateDictionary) throws -> TemplateValue {
    try python.call(self, "value", [("document", try document.jsonValue)])
  }

  /// For `process_results`.
  ///
  /// - Parameter isRolling: Whether likelihoods come without whether they are greedy.
  func results(
    _ document: TemplateDictionary, _ responses: FilteredResponses, isRolling: Bool
  ) throws -> [(metric: String, SampleValue.Content)] {
    let made = try python.call(
      self, "results",
      [
        ("document", try document.jsonValue), ("results", try responses.jsonValue),
        ("kind", .text(isRolling ? "rolling" : responses.kind)),
      ])
    return try values(made)
  }

  /// For `metric_list/metric`.
  ///
  /// - Parameters:
  ///   - metric: The name under which a single value counts.
  ///   - target: What is right; a list where any of several is.
  ///   - settings: The other keys of the entry.
  func metric(
    _ metric: String, _ target: TemplateValue, _ responses: FilteredResponses, isAny: Bool,
    settings: TemplateDictionary
  ) throws -> [(metric: String, SampleValue.Content)] {
    guard case .list(let answers) = responses.listed, let answer = answers.first else {
      throw unfit("an answer", .null)
    }
    let made = try python.call(
      self, "metric",
      [
        ("name", .text(metric)), ("settings", try settings.jsonValue), ("any", .bool(isAny)),
        ("gold", .json(try target.json())), ("answer", .json(try answer.json())),
      ])
    return try values(made)
  }

  /// For `metric_list/aggregation`.
  func aggregation(_ values: [SampleValue.Content]) throws -> Double {
    let made = try python.call(
      self, "aggregation", [("values", .list(try values.map { .json(try $0.pythonText) }))])
    switch made {
    case .integer(let number): return Double(number)
    case .float(let number): return number
    case .boolean(let flag): return flag ? 1 : 0
    default: throw unfit("a number", made)
    }
  }

  /// For steps of filters.
  func filter(
    _ answers: [String], _ document: TemplateDictionary, settings: TemplateDictionary
  ) throws -> [String] {
    let made = try python.call(
      self, "answer_filter",
      [
        ("answers", .list(answers.map(JSONValue.text))), ("document", try document.jsonValue),
        ("settings", try settings.jsonValue),
      ])
    guard case .list(let texts) = made else { throw unfit("a list of answers", made) }
    return texts.map(\.text)
  }

  private func values(_ made: TemplateValue) throws -> [(metric: String, SampleValue.Content)] {
    guard case .list(let pairs) = made else { throw unfit("values by name", made) }
    return try pairs.map { pair in
      guard case .list(let parts) = pair, parts.count == 2, case .string(let name) = parts[0] else {
        throw unfit("values by name", made)
      }
      if case .float(let number) = parts[1] { return (name, .number(number)) }
      return (name, .python(try parts[1].json()))
    }
  }

  private func rows(_ made: TemplateValue) throws -> [TemplateDictionary] {
    guard case .list(let rows) = made else { throw unfit("a list of documents", made) }
    return try rows.map { row in
      guard case .dictionary(let fields) = row else { throw unfit("documents", row) }
      return fields
    }
  }

  private func unfit(_ expected: String, _ found: TemplateValue) -> TaskError {
    .badData(.value("Python function '\(name)'", expected: expected, found: found.excerpt))
  }
}

extension TemplateDictionary {
  fileprivate var jsonValue: JSONValue {
    get throws { .json(try TemplateValue.dictionary(self).json()) }
  }
}

extension FilteredResponses {
  fileprivate var kind: String { if case .scores = self { "scores" } else { "texts" } }

  /// As lm-evaluation-harness hands them over: pairs, texts, or one list of texts that no filter has chosen from.
  fileprivate var listed: TemplateValue {
    switch self {
    case .scores(let scores): .list(scores.map { .list([.float($0.logLikelihood), .boolean($0.isGreedy)]) })
    case .texts(let texts): .list(texts.map(TemplateValue.string))
    case .unchosen(let texts): .list([.list(texts.map(TemplateValue.string))])
    case .textAndScore(let text, let logLikelihood): .list([.string(text), .float(logLikelihood)])
    }
  }

  fileprivate var jsonValue: JSONValue {
    get throws { .json(try listed.json()) }
  }
}
