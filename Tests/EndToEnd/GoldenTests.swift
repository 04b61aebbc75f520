import Foundation
import Testing

/// The program on SmolLM2-135M in float32, beside what lm-evaluation-harness 0.4.13 said of the same weights on the same
/// documents: once with the bundled definitions, once with the task files behind the goldens.
@Suite(
  "Against lm-evaluation-harness 0.4.13, end to end",
  .enabled(if: Shared.hasModelAndGoldens, Comment(rawValue: Shared.reason)))
struct GoldenTests {
  /// Nats between two float32 programs that add in different orders: of a request, and of a text's whole
  /// log-likelihood relative to it.
  private static let nats = 2e-3
  private static let ofText = 1e-5
  private static let perplexity = 1e-4

  /// Runs that differ in their options; within one, all tasks share a trie.
  static let runs: [(name: String, tasks: [String], options: [String])] = [
    (
      "zero", ["hellaswag", "lambada_openai", "blimp_wh_island", "blimp_adjunct_island"], ["--limit", "100"]
    ),
    ("validation", ["arc_easy"], ["--limit", "100", "--split", "validation"]),
    ("shots", ["mmlu_abstract_algebra"], ["--limit", "100", "--num-fewshot", "5"]),
    ("pages", ["wikitext"], ["--limit", "3"]),
  ]

  @Test("Scores, flags, metrics, standard errors and prompts of all tasks are lm-evaluation-harness's")
  func goldens() throws {
    let folder = try TemporaryFolder()
    for run in Self.runs {
      // The second run asks the same requests of the user's task files, so that its answers come from the journal.
      for tasks in [nil, "\(Shared.folder!)/eval/tasks"] {
        let name = run.name + (tasks == nil ? "" : "-files")
        let outcome = try Program.run(
          [
            "run", "--backbone", Shared.model!, "--data", "\(Shared.folder!)/eval", "--name", name,
            "--tasks", run.tasks.joined(separator: ","), "architecture.dtype.activation=float32",
          ] + run.options + (tasks.map { ["--tasks-dir", $0] } ?? []), in: folder)
        try #require(outcome.code == 0, "\(outcome.errors)")
        let results = folder.file("assay/results/general/default/\(name)")
        let report = try jsonObject("\(results)/results.json")
        if tasks != nil {
          #expect(try #require(report["run"] as? [String: Any])["requests_computed"] as? Int == 0)
        }
        for task in run.tasks {
          let scores = try #require((report["tasks"] as? [String: [String: Any]])?[task])
          try compareSummary(scores, of: task)
          try compareDocuments("\(results)/samples_\(task).jsonl", of: task)
        }
      }
    }
  }

  private func compareSummary(_ found: [String: Any], of task: String) throws {
    let path = "\(Shared.folder!)/goldens/\(task).summary.json"
    let summary = try #require(try jsonObject(path)[task] as? [String: Any])
    for (key, value) in summary where key.contains(",") {
      guard let expected = (value as? NSNumber)?.doubleValue else {
        #expect(found[key] == nil, "\(task) \(key)")  // "N/A"
        continue
      }
      let number = try #require((found[key] as? NSNumber)?.doubleValue, "\(task) \(key)")
      // Shares of documents and their errors are the same numbers; perplexities follow the log-likelihoods.
      let bound = key.contains("perplexity") || key.contains("bits") ? Self.perplexity * expected : 1e-15
      #expect(abs(number - expected) <= bound, "\(task) \(key): \(number), expected \(expected)")
    }
  }

  private func compareDocuments(_ path: String, of task: String) throws {
    let goldens = try jsonLines("\(Shared.folder!)/goldens/\(task).jsonl")
    let samples = try jsonLines(path)
    #expect(samples.count == goldens.count)
    for (sample, golden) in zip(samples, goldens) {
      let place = "\(task) document \(golden["doc"] ?? "")"
      let arguments = try #require(sample["arguments"] as? [[String]])
      #expect(digest(arguments[0][0]) == golden["prompt_sha"] as? String, "\(place)")
      let expected = try numbers(golden["ll"])
      let requests = try #require(sample["requests"] as? [[String: Any]])
      let sums = try requests.map { try numbers($0["log_probabilities"]).reduce(0, +) }
      if golden["greedy"] == nil {
        #expect(expected.count == 1)
        let sum = sums.reduce(0, +)
        #expect(abs(sum - expected[0]) <= Self.ofText * abs(expected[0]), "\(place)")
        continue
      }
      #expect(sums.count == expected.count)
      for (sum, expected) in zip(sums, expected) {
        #expect(abs(sum - expected) <= Self.nats, "\(place)")
      }
      #expect(try requests.map(isGreedy) == golden["greedy"] as? [Bool], "\(place)")
    }
  }

  private func isGreedy(_ request: [String: Any]) throws -> Bool {
    let (ids, first) = (try numbers(request["ids"]), try #require(request["from"] as? Int))
    return try Array(ids[first...]) == numbers(request["argmax"])
  }

  private func numbers(_ value: Any?) throws -> [Double] {
    try #require(value as? [NSNumber]).map(\.doubleValue)
  }
}
