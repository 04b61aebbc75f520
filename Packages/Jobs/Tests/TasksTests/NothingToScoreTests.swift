import Evaluations
import Foundation
import Templating
import Testing
import Tokenization

@testable import Tasks

@Suite("Nothing to score")
struct NothingToScoreTests {
  private let context = EvaluationContext(tokenizer: BytesTokenizer(), blockSize: 64)

  private func tokens(_ values: [Float]) -> [TokenScore] {
    values.map { TokenScore(logProbability: $0, argmax: 0, isGreedy: true) }
  }

  private func scorer(_ choices: [String], _ right: TemplateValue, _ metrics: [String]) -> ChoiceScorer {
    ChoiceScorer(
      choices: choices, right: right, metrics: metrics, filters: ["none"], custom: nil, document: [:],
      counts: Counts())
  }

  private func number(_ outcome: SampleOutcome, _ metric: String) -> Double? {
    outcome.values.first { $0.metric == metric }?.content.plainNumber
  }

  @Test("A choice without a token is never chosen, by any measure")
  func emptyChoice() throws {
    let metrics = ["acc", "acc_norm", "acc_bytes", "acc_token", "exact_match", "brier_score"]
    let outcome = try scorer(["", "was"], 0, metrics)([[], tokens([-3])])
    for metric in metrics { #expect(number(outcome, metric) == 0, "\(metric)") }
    #expect(number(try scorer(["", "was"], 1, metrics)([[], tokens([-3])]), "acc") == 1)
    let mutual = try scorer(["", "was"], 0, ["acc_mutual_info"])([[], tokens([-3]), [], tokens([-4])])
    #expect(number(mutual, "acc_mutual_info") == 0)
    for right in [0, 1] {
      let none = try scorer(["", ""], .integer(right), metrics)([[], []])
      for metric in metrics { #expect(number(none, metric) == 0, "\(metric)") }
    }
  }

  @Test(
    "Labels that name no choice are counted, and score as lm-evaluation-harness scores them",
    arguments: [
      (TemplateValue.integer(5), 1, 0.0), (.integer(-1), 1, 0), (.null, 1, 0), (.float(.nan), 1, 0),
      (.string("1.0"), 1, 0), (.list([]), 1, 0), (.list([5]), 1, 0), (.string("B"), 1, 0),
      (.float(1), 0, 1), (.boolean(true), 0, 1), (.string("was"), 0, 1), (.list([0, 1]), 0, 1),
    ])
  func labels(right: TemplateValue, unlabelled: Int, accuracy: Double) throws {
    let outcome = try scorer(["is", "was"], right, ["acc"])([tokens([-3]), tokens([-2])])
    #expect(outcome.counts.unlabelled == unlabelled)
    #expect(number(outcome, "acc") == accuracy)
  }

  private func task(_ type: String, _ rows: [String]) throws -> (TaskFolder, TaskEvaluation) {
    let folder = try TaskFolder([
      "a.yaml": """
      task: t
      dataset_path: toy
      test_split: test
      output_type: \(type)
      doc_to_text: "{{q}}"
      doc_to_target: "{{a}}"
      """,
      "toy/test.jsonl": rows.map { "{\"q\": \"b\", \"a\": \"\($0)\"}\n" }.joined(),
    ])
    let library = try TaskLibrary(dataRoot: folder.path)
    return (folder, try #require(try library.tasks(named: folder.path + "/a.yaml").first))
  }

  private func outcomes(_ task: TaskEvaluation) throws -> [SampleOutcome] {
    try (0..<task.count).flatMap { try task.samples(of: $0, in: context) }.map { sample in
      try sample.score(
        sample.requests.map { request in
          guard case .score(let request) = request else { return .score([]) }
          return .score(tokens(request.scored.map { _ in -1 }))
        })
    }
  }

  @Test("An empty target is wrong, and no part of a perplexity")
  func emptyTarget() throws {
    let (folder, task) = try task("loglikelihood", ["", " c"])
    defer { withExtendedLifetime(folder) {} }
    let outcomes = try outcomes(task)
    #expect(outcomes.map(\.counts.empty) == [1, 0])
    let metrics = Dictionary(try task.metrics(of: outcomes).map { ($0.name, $0.value) }) { first, _ in first }
    #expect(metrics["acc"] == 0.5)
    #expect(abs((metrics["perplexity"] ?? 0) - exp(2)) < 1e-12)
  }

  @Test("An empty document adds no word, byte or likelihood")
  func emptyDocument() throws {
    let (folder, both) = try task("loglikelihood_rolling", ["", "ab"])
    let (other, one) = try task("loglikelihood_rolling", ["ab"])
    defer { withExtendedLifetime((folder, other)) {} }
    let outcomes = try outcomes(both)
    #expect(outcomes.map(\.counts.empty) == [1, 0])
    #expect(try both.metrics(of: outcomes).map(\.value) == one.metrics(of: self.outcomes(one)).map(\.value))
  }

  @Test("A field that only some documents have is null in the others, and written so")
  func missingField() throws {
    let folder = try TaskFolder([
      "a.yaml": "task: t\n" + TaskFolder.base.replacingOccurrences(of: "{{q}}", with: "{{q}}{{more}}"),
      "toy/test.jsonl": "{\"q\": \"a\", \"gold\": 1}\n{\"more\": 2, \"gold\": 0, \"q\": \"b\"}\n",
    ])
    let library = try TaskLibrary(dataRoot: folder.path)
    let task = try #require(try library.tasks(named: folder.path + "/a.yaml").first)
    let record = try #require(try task.samples(of: 0, in: context)[0].record?())
    #expect(record.arguments[0][0] == "aNone")
    #expect(record.document == "{\"q\": \"a\", \"gold\": 1, \"more\": null}")
  }
}
