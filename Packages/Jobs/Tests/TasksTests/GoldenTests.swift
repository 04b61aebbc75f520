import Documents
import Evaluations
import Foundation
import Templating
import Testing
import Tokenization

@testable import Tasks

@Suite(
  "Tasks against lm-evaluation-harness 0.4.13",
  .enabled(if: Shared.exists, Comment(rawValue: Shared.reason)))
struct GoldenTests {
  private static let names = [
    "arc_easy", "blimp_adjunct_island", "blimp_wh_island", "hellaswag", "lambada_openai",
    "mmlu_abstract_algebra",
    "wikitext",
  ]

  private func goldens(_ name: String) throws -> [TemplateValue] {
    let path = "\(Shared.folder!)/goldens/\(name).jsonl"
    return try DocumentFile.read(path)
      .map(TemplateValue.dictionary)
  }

  private func context() throws -> EvaluationContext {
    EvaluationContext(
      tokenizer: try SubwordTokenizer(huggingFace: "\(Shared.folder!)/tokenizers/smollm2"), blockSize: 8192)
  }

  /// The task files behind the goldens, and our own definitions of the same tasks.
  @Test(
    "Prompts, metrics and standard errors of a task are lm-evaluation-harness's", arguments: names,
    [true, false])
  func golden(name: String, isBundled: Bool) throws {
    let root = "\(Shared.folder!)/eval"
    let library = try TaskLibrary(
      dataRoot: root, directories: isBundled ? [] : ["\(root)/tasks"],
      split: name == "arc_easy" ? "validation" : nil, limit: 100,
      numFewshot: name.hasPrefix("mmlu") ? 5 : nil)
    let task = try #require(try library.tasks(named: name).first)
    let context = try context()
    var outcomes: [SampleOutcome] = []
    for (index, golden) in try goldens(name).enumerated() {
      // The golden's hash is of its first argument, which for rolling tasks is the text that is scored.
      let sample = try task.samples(of: index, in: context)[0]
      let record = try #require(sample.record?())
      #expect(sha256(record.arguments[0][0]) == golden["prompt_sha"].text, "document \(index)")
      let sums = golden["ll"].doubles
      let greedy = golden["greedy"].flags
      let responses = sample.requests.enumerated().map { position, request in
        sums.count == sample.requests.count
          ? scores(sums[position], isGreedy: greedy.isEmpty ? false : greedy[position], for: request)
          : scores(position == 0 ? sums[0] : 0, isGreedy: false, for: request)
      }
      let outcome = try sample.score(responses)
      for (key, expected) in zip(golden["metrics"].fields, golden["metrics"].contents) {
        let value = try #require(outcome.values.first { $0.metric == key })
        switch value.content {
        case .number(let number): #expect(number == expected.double)
        case .ratio(let sum, let weight): #expect([sum, weight] == expected.doubles)
        default: Issue.record("unexpected content")
        }
      }
      outcomes.append(outcome)
    }
    let text = try String(contentsOfFile: "\(Shared.folder!)/goldens/\(name).summary.json", encoding: .utf8)
    let summary = try TemplateValue(json: text)[name]
    var compared = 0
    for metric in try task.metrics(of: outcomes) {
      let expected = summary[metric.key()]
      guard expected != .null else { continue }
      compared += 1
      #expect(abs(metric.value - expected.double) <= 1e-15 * abs(expected.double), "\(metric)")
      #expect(
        metric.standardError
          == (summary[metric.key("_stderr")].isText ? nil : summary[metric.key("_stderr")].double))
    }
    #expect(compared == (summary.fields.count { $0.contains(",") }) / 2)
  }
}

extension TemplateValue {
  fileprivate var fields: [String] {
    if case .dictionary(let value) = self { value.keys.map(\.text) } else { [] }
  }
  fileprivate var contents: [TemplateValue] {
    if case .dictionary(let value) = self { value.values } else { [] }
  }
  fileprivate var isText: Bool { if case .string = self { true } else { false } }
}
