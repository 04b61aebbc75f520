import Basics
import Foundation
import Jobs
import Testing

@testable import Comparing

@Suite("Gates")
struct GateTests {
  /// A run whose documents score as the digits say.
  private func outcomes(
    _ tasks: [String: [Double]], settings: [String: String] = [:],
    digest: (Int) -> String = { _ in "0123abcd" },
    metric: String = "acc,none", weight: Double = 1, first: Int = 0
  ) -> RunOutcomes {
    RunOutcomes(
      title: "run", model: nil, weights: nil, settings: settings,
      tasks: tasks.sorted { $0.key < $1.key }.map { name, scores in
        TaskOutcomes(
          name: name, metric: metric,
          documents: scores.enumerated().map {
            DocumentOutcome(
              index: first + $0.offset, digest: digest(first + $0.offset), score: $0.element, weight: weight)
          })
      })
  }

  private func every(_ step: Int, of count: Int) -> [Double] { (0..<count).map { $0 % step == 0 ? 0 : 1 } }

  @Test(
    "A candidate passes, fails or is inconclusive, with all documents and one after the other",
    arguments: [nil, 7])
  func verdicts(seed: UInt64?) throws {
    let right = Array(repeating: 1.0, count: 600)
    let rule = GateRule(drop: 0.02)
    func gate(_ base: [Double], _ candidate: [Double]) throws -> Gate {
      try Gate(outcomes(["a": base]), outcomes(["a": candidate]), rule: rule, seed: seed)
    }
    #expect(try gate(right, right).verdict == .passes)
    #expect(try gate(every(5, of: 600), right).verdict == .passes)
    #expect(try gate(right, every(10, of: 600)).verdict == .fails)
    let few = try gate(Array(right.prefix(20)), Array(right.prefix(20)))
    #expect(few.verdict == .inconclusive)
    #expect(few.tasks[0].needed ?? 0 > 20)
    #expect(few.tasks[0].read == 20)
  }

  @Test("One failing task fails the gate, and all must pass")
  func together() {
    #expect(Verdict([.passes, .fails, .inconclusive]) == .fails)
    #expect(Verdict([.passes, .inconclusive]) == .inconclusive)
    #expect(Verdict([.passes, .passes]) == .passes)
    #expect(Verdict([]) == .inconclusive)
  }

  @Test("The p-values of a loss are corrected for all tasks, those of the drop are not")
  func corrected() throws {
    let base = ["a": Array(repeating: 1.0, count: 300), "b": Array(repeating: 1.0, count: 300)]
    let gate = try Gate(
      outcomes(base), outcomes(["a": every(40, of: 300), "b": base["b"] ?? []]), rule: GateRule(drop: 0.02))
    #expect(gate.tasks[0].correctedWorse == 2 * gate.tasks[0].test.worse)
    #expect(gate.tasks[1].verdict == .passes)
  }

  @Test("Documents of several tasks together decide where those of each do not", arguments: [nil, 5])
  func pooled(seed: UInt64?) throws {
    let names = (0..<10).map { "task\($0)" }
    let base = outcomes(Dictionary(uniqueKeysWithValues: names.map { ($0, every(7, of: 40)) }))
    let rule = GateRule(drop: 0.02)
    #expect(try Gate(base, base, rule: rule, seed: seed).verdict == .inconclusive)
    let gate = try Gate(base, base, rule: rule, seed: seed, together: true)
    #expect(gate.verdict == .passes && gate.tasks.map(\.scores.count) == [400])
  }

  @Test("A real loss that is smaller than the allowed drop passes")
  func smallLoss() throws {
    let base = Array(repeating: 1.0, count: 5000)
    let gate = try Gate(
      outcomes(["a": base]), outcomes(["a": every(100, of: 5000)]), rule: GateRule(drop: 0.05))
    #expect(gate.tasks[0].correctedWorse < 0.001)
    #expect(gate.verdict == .passes)
  }

  @Test("Scores of a perplexity are compared by the word, whichever documents there are")
  func perplexity() throws {
    let base = outcomes(["a": [-30, -60, -90]], metric: "word_perplexity,none", weight: 10)
    let candidate = outcomes(["a": [-31, -62, -93]], metric: "word_perplexity,none", weight: 10)
    let gate = try Gate(base, candidate, rule: GateRule())
    #expect(gate.tasks[0].scores.kind == .logPerplexity)
    #expect(abs(gate.tasks[0].scores.loss - 0.2) < 1e-12)
    #expect(throws: JobError.self) { try Gate(base, candidate, rule: GateRule(), seed: 0) }
  }

  @Test("Documents that only one run has are left out, with a note")
  func common() throws {
    let gate = try Gate(
      outcomes(["a": every(2, of: 50), "b": [1]]), outcomes(["a": every(2, of: 30)]), rule: GateRule())
    #expect(gate.tasks.map(\.scores.count) == [30])
    #expect(gate.notes == ["only the base has b", "a: the 30 documents that both runs have, of 50"])
  }

  @Test("Runs that cannot be compared are refused with what differs")
  func refusals() throws {
    func refusal(_ base: RunOutcomes, _ candidate: RunOutcomes) throws -> JobError.Incomparable {
      let error = try #require(throws: JobError.self) { try Gate(base, candidate, rule: GateRule()) }
      guard case .incomparable(let what) = error.kind else { throw error }
      return what
    }
    let base = outcomes(["a": [0, 1, 1]])
    guard case .noCommonEvaluation(_, _, there: ["a"], here: ["b"]) = try refusal(base, outcomes(["b": [1]]))
    else {
      Issue.record("the runs have an evaluation in common")
      return
    }
    #expect(
      try refusal(base, outcomes(["a": [1, 1]], first: 3)) == .noCommonDocument(evaluation: "a"))
    #expect(
      try refusal(base, outcomes(["a": [0, 1, 1]], digest: { $0 == 1 ? "ffffffff" : "0123abcd" }))
        == .otherPrompt(evaluation: "a", document: 1))
    #expect(
      try refusal(base, outcomes(["a": [0, 1, 1]], settings: ["shots": "5"]))
        == .otherSetting("shots", there: "default", here: "5"))
    #expect(
      try refusal(base, outcomes(["a": [0, 1, 1]], metric: "acc_norm,none"))
        == .otherMetric(evaluation: "a", there: "acc,none", here: "acc_norm,none"))
  }

  @Test("A baseline file gives back what was saved, and a damaged one is refused")
  func baseline() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gate-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let saved = outcomes(
      ["right": every(3, of: 9), "far": [0.25, 1]], settings: ["split": "test"], weight: 1, first: 2)
    try saved.save(to: "\(folder)/base.json")
    #expect(try RunOutcomes(baseline: "\(folder)/base.json") == saved)
    let perplexity = outcomes(["p": [-3.5, -4]], weight: 7)
    try perplexity.save(to: "\(folder)/p.json")
    #expect(try RunOutcomes(baseline: "\(folder)/p.json") == perplexity)
    let text = try String(contentsOfFile: "\(folder)/base.json", encoding: .utf8)
    for (part, damaged) in [
      ("\"count\": 9", "\"count\": 8"), ("\"011011011\"", "\"01101101x\""), ("\"count\": 9", "\"count\": -1"),
      ("assay-baseline", "other"), ("\"version\": 1", "\"version\": 2"), ("{", "["),
    ] {
      try text.replacing(part, with: damaged).write(
        toFile: "\(folder)/bad.json", atomically: true, encoding: .utf8)
      let error = #expect(throws: JobError.self) { try RunOutcomes(baseline: "\(folder)/bad.json") }
      #expect(error?.fault == .badData && error?.path == "\(folder)/bad.json")
    }
    #expect { try RunOutcomes(baseline: "\(folder)/none.json") } throws: {
      ($0 as? JobError)?.fault == .missingInput
    }
  }
}
