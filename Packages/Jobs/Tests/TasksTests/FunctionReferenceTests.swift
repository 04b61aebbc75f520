import Evaluations
import Foundation
import Templating
import Testing

@testable import Tasks

/// What `Tools/make-references/task_functions.py` wrote: calls of lm-evaluation-harness's own functions, and their values.
@Suite("Native functions against lm-evaluation-harness")
struct FunctionReferenceTests {
  struct Call: Sendable {
    var function: String
    var document: TemplateValue
    var answers: TemplateValue
    var value: TemplateValue
  }

  static let calls: [String: [Call]] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/functions.jsonl")
    let lines = (try? String(contentsOf: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let values: [TemplateValue] = lines.compactMap { try? TemplateValue(json: String($0)) }
    let calls = values.map { value in
      Call(
        function: value["function"].text, document: value["document"], answers: value["answers"],
        value: value["value"])
    }
    return Dictionary(grouping: calls, by: \.function)
  }()

  @Test("A native function gives what the function of that name gives", arguments: Self.calls.keys.sorted())
  func agrees(name: String) throws {
    for call in Self.calls[name] ?? [] {
      let own = try Self.value(of: call)
      // What another tool decides is not compared, and never more than that is left open.
      if own == .string("open") || call.value == .string("open") {
        #expect(call.needsTools, "\(call): \(own)")
        continue
      }
      #expect(Self.isSame(own, call.value), "\(call): \(own)")
    }
  }

  private static func value(of call: Call) throws -> TemplateValue {
    if call.function == "squadv2:task.SQuAD2" { return try squad(call) }
    let function = try #require(NativeFunctions.byName[call.function])
    let document = call.document.fields
    switch function {
    case .documents(let body): return try body(document).map(TemplateValue.dictionary) ?? .null
    case .value(let body): return try body(document)
    case .results(let body): return made(try body(document, call.responses))
    case .partialResults(let body, let check):
      let isOpen = (try? check(document)) == nil
      let values = isOpen ? nil : try? body(document, call.responses)
      return values.map { made($0) } ?? .string("open")
    case .aggregation(let body): return .float(body(call.answers.elements.map { .numbers($0.doubles) }))
    default: throw TaskError(.noChoices)
    }
  }

  /// The metrics of a task class over some documents.
  private static func squad(_ call: Call) throws -> TemplateValue {
    let native = SQuAD.secondVersion
    let values = try zip(call.document.elements, call.answers.elements).flatMap { document, answers in
      try native.results(
        document.fields,
        .textAndScore(answers.elements[0].text, logLikelihood: answers.elements[1].elements[0].double))
    }
    var metrics = TemplateDictionary()
    for (metric, function) in native.aggregations {
      let aggregate = try #require(function)
      let own = values.filter { $0.metric == metric }.map { $0.1 }
      metrics[metric] = .float(aggregate(own))
    }
    return .dictionary(metrics)
  }

  private static func made(_ values: [(metric: String, SampleValue.Content)]) -> TemplateValue {
    var result = TemplateDictionary()
    for (metric, content) in values {
      switch content {
      case .numbers(let numbers): result[metric] = .list(numbers.map(TemplateValue.float))
      default: result[metric] = .float(content.plainNumber)
      }
    }
    return .dictionary(result)
  }

  /// Whether both are equal, numbers within 1e-12 of themselves; null stands for what is not a number.
  private static func isSame(_ own: TemplateValue, _ other: TemplateValue) -> Bool {
    switch (own, other) {
    case (.float(let a), .null): a.isNaN
    case (.float, _), (.integer, _): abs(own.double - other.double) <= 1e-12 * max(1, abs(other.double))
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { isSame($0, $1) }
    case (.dictionary(let a), .dictionary(let b)):
      a.count == b.count && zip(a.keys, a.values).allSatisfy { isSame($1, b[$0.text] ?? .string("absent")) }
    default: own == other
    }
  }
}

extension TemplateValue {
  fileprivate var elements: [TemplateValue] { if case .list(let elements) = self { elements } else { [] } }
  fileprivate var fields: TemplateDictionary {
    if case .dictionary(let fields) = self { fields } else { [:] }
  }
}

extension FunctionReferenceTests.Call {
  /// Whether an instruction rests on langdetect or nltk.
  fileprivate var needsTools: Bool {
    let tools = ["language:", "number_sentences", "capital_word_frequency", "english_"]
    return document["instruction_id_list"].elements.contains { name in
      tools.contains { name.text.contains($0) }
    }
  }

  fileprivate var responses: FilteredResponses {
    let isScores = answers.elements.contains { !$0.elements.isEmpty }
    return isScores
      ? .scores(answers.elements.map { ($0.elements[0].double, false) })
      : .texts(answers.elements.map(\.text))
  }
}
