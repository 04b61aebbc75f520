import Basics
import Checkpoints
import Configurate
import Evaluations
import Foundation
import Jobs
import JobsTesting
import Models
import Runs
import TensorCore
import Testing
import Tokenization

@testable import Evaluating

@Suite("Divergence of models")
struct DivergenceTests {
  /// A job on a small checkpoint, whose parameters `change` changes.
  private func side(
    _ name: String, _ evaluations: [String], change: (inout [String: Tensor]) -> Void = { _ in }
  ) throws -> (DivergenceRun.Side, TinyCheckpoint) {
    var tiny = try TinyCheckpoint(name: name, change: change)
    tiny.spec.withoutEvaluations = true
    let settings: SettingsTree = [
      "eval/evaluations": .init(.list(evaluations.map { .init(.text($0)) }))
    ]
    let job = try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec, runtimeConfig: settings).job
    return (DivergenceRun.Side(name, job), tiny)
  }

  private func scaling(_ factor: Float) -> (inout [String: Tensor]) -> Void {
    { parameters in
      guard let table = parameters["wte"] else { return }
      parameters["wte"] = Tensor(table.floats.map { $0 * factor }, shape: table.shape)
    }
  }

  @Test("A comparison of models has the perplexities and scores that runs of each model have")
  func perplexities() throws {
    let (a, first) = try side("a", ["tiny_ppl"])
    let (b, second) = try side("b", [], change: scaling(1.5))
    let report = try DivergenceRun(a, [b])()
    let statistics = report.candidates[0].statistics
    let divergence = try #require(statistics.divergence)
    #expect(divergence.mean.value > 0 && divergence.minimum >= -1e-12)
    for (tiny, value) in [
      (first, statistics.referencePerplexity.value), (second, statistics.candidatePerplexity.value),
    ] {
      let evaluator = try Evaluate<GPT>.fromCheckpoint(
        "best", spec: tiny.spec,
        runtimeConfig: ["eval/evaluations": .init(.list([.init(.text("tiny_ppl"))]))]
      ).job
      guard case .number(let run)? = try evaluator.evaluate().first?.score else { return }
      #expect(abs(value - run) < 1e-5 * run)
    }
    #expect(report.reference.scores[0].evaluation == "tiny_ppl")
    #expect(
      abs(report.candidates[0].model.scores[0].metric.value - statistics.candidatePerplexity.value) < 1e-3)
    #expect(
      abs(
        log(statistics.candidatePerplexity.value / statistics.referencePerplexity.value)
          - statistics.logPerplexityRatio.value) < 1e-12)
    #expect(try #require(report.reference.bytesOnDisk) > 10_000)
    #expect(report.candidates[0].changes.first?.divergence == divergence.maximum)
    #expect(report.documents.count == report.candidates[0].documents.count)
    withExtendedLifetime((first, second)) {}
  }

  @Test(
    "A comparison with a run has the numbers of the two models, but for distributions, which no run records")
  func recorded() throws {
    let (a, first) = try side("a", ["tiny_ppl"])
    let (b, second) = try side("b", [], change: scaling(1.5))
    let models = try DivergenceRun(a, [b])().candidates[0].statistics
    let evaluator = try Evaluate<GPT>.fromCheckpoint(
      "best", spec: first.spec,
      runtimeConfig: ["eval/evaluations": .init(.list([.init(.text("tiny_ppl"))]))]
    ).job
    try evaluator.run()
    let run = try StoredRun(folder: first.spec.resultPath(""))
    let report = try RecordedDivergence(run, [b])()
    let found = report.candidates[0].statistics
    #expect(found.divergence == nil && report.reference.mode == "float32")
    for (own, expected) in [
      (found.referencePerplexity, models.referencePerplexity),
      (found.perplexityRatio, models.perplexityRatio),
      (found.candidatePerplexity, models.candidatePerplexity),
    ] {
      #expect(abs(own.value - expected.value) <= 1e-5 * expected.value)
    }
    #expect(found.sameTop.value == models.sameTop.value && found.tokens == models.tokens)
    withExtendedLifetime((first, second)) {}
  }

  @Test("Tokens that did not change are not among those that changed most")
  func unchanged() throws {
    let (a, first) = try side("a", ["tiny_ppl"])
    let (b, second) = try side("b", [])
    #expect(try DivergenceRun(a, [b])().candidates[0].changes.isEmpty)
    withExtendedLifetime((first, second)) {}
  }

  @Test("A comparison with several candidates has the numbers of each alone")
  func several() throws {
    let (a, first) = try side("a", ["tiny_ppl"])
    let others = try [Float(0.5), 2].map { try side("c\($0)", [], change: scaling($0)) }
    let together = try DivergenceRun(a, others.map(\.0))()
    for (candidate, (side, _)) in zip(together.candidates, others) {
      let alone = try DivergenceRun(a, [side])().candidates[0].statistics
      #expect(candidate.statistics.divergence == alone.divergence)
      #expect(candidate.statistics.logPerplexityRatio == alone.logPerplexityRatio)
    }
    withExtendedLifetime((first, others)) {}
  }

  @Test("Evaluations that generate are refused by name")
  func generating() throws {
    let (a, first) = try side("a", ["tiny_rollout"])
    let (b, second) = try side("b", [])
    let error = #expect(throws: DivergenceError.self) { try DivergenceRun(a, [b])() }
    #expect(error?.kind == .generates(evaluation: "tiny_rollout"))
    withExtendedLifetime((first, second)) {}
  }

  @Test("Logits that are not finite end a comparison with the model, the document and the position")
  func notFinite() throws {
    let (a, first) = try side("a", ["tiny_ppl"])
    let (b, second) = try side("b", []) { parameters in
      for name in ["blocks_0/mlp/c_fc/kernel", "blocks_0/mlp/c_proj/kernel"] {
        guard let tensor = parameters[name] else { continue }
        parameters[name] = Tensor(Array(repeating: 3e38, count: tensor.count), shape: tensor.shape)
      }
    }
    let error = #expect(throws: JobError.self) { try DivergenceRun(a, [b])() }
    #expect(error?.fault == .badData)
    guard case .notFinite(let output) = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    // Rows are computed in the order of the plan, so that the first that is found may be any document's.
    #expect(output.model == "b" && output.evaluation == "tiny_ppl" && output.position >= 1)
    withExtendedLifetime((first, second)) {}
  }

  @Test("The first token that two vocabularies spell otherwise is named")
  func vocabularies() throws {
    let error = #expect(throws: DivergenceError.self) {
      try SharedVocabulary.check(
        Words(["a", "b", "c"]), named: "one", Words(["a", "x", "y"]), named: "other", first: 3)
    }
    #expect(error?.kind == .token(id: 1, reference: "one", "b", candidate: "other", "x"))
    try SharedVocabulary.check(
      Words(["a", "b", "c"]), named: "one", Words(["a", "b"]), named: "other", first: 2)
  }

  @Test("Windows are those of llama-perplexity: side by side, 255 of 512 tokens scored")
  func windows() throws {
    let (a, first) = try side("a", [try text(of: 100)])
    let (b, second) = try side("b", [], change: scaling(1.1))
    var run = DivergenceRun(a, [b])
    (run.windows, run.comparesWindows, run.usualContext) = (.halves, true, 512)
    let report = try run()
    #expect(report.settings.context == 32)
    #expect(report.documents.count == 3 && report.documents.map { $0.tokens.count } == [15, 15, 15])
    #expect(report.documents.map(\.window) == [0, 1, 2])
    #expect(report.documents[1].tokens.map(\.position) == Array(17..<32))
    run.context = 200
    let long = #expect(throws: DivergenceError.self) { try run() }
    guard case .context(found: 200, most: 32, _) = long?.kind else {
      Issue.record("\(String(describing: long))")
      return
    }
    let (short, third) = try side("short", [try text(of: 10)])
    var shortRun = DivergenceRun(short, [b])
    shortRun.windows = .halves
    let few = #expect(throws: EvaluationError.self) { try shortRun() }
    guard case .shortText(_, tokens: 10, window: 32) = few?.kind else {
      Issue.record("\(String(describing: few))")
      return
    }
    withExtendedLifetime((first, second, third)) {}
  }

  private func text(of count: Int) throws -> String {
    let path = NSTemporaryDirectory() + "/assay-\(UUID().uuidString).txt"
    try String((0..<count).map { Character(UnicodeScalar(UInt8(97 + $0 % 7))) }).write(
      toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// A vocabulary of whole words.
  private struct Words: Tokenizer {
    let words: [String]
    init(_ words: [String]) { self.words = words }
    var identity: String { words.joined(separator: " ") }
    var vocabularySize: Int { words.count }
    var eotToken: Int32 { 0 }
    func encode(_ text: String) -> [Int32] {
      text.split(separator: " ").compactMap { word in words.firstIndex(of: String(word)).map(Int32.init) }
    }
    func decode(_ ids: [Int32]) -> String { ids.map { words[Int($0)] }.joined(separator: " ") }
  }
}

/// numpy 2: `numpy.quantile`, and the formulas of llama-perplexity in float64.
@Suite("Statistics of a comparison")
struct EstimateTests {
  @Test("Means have the errors of independent values, and of clusters")
  func errors() {
    let values = [1.0, 2, 4, 8, 16, 32]
    let found = Estimate(meanOf: values, clusters: [0..<2, 2..<3, 3..<6])
    #expect(found.value == 10.5)
    #expect(abs(found.standardError! - 4.842_520_005_121_3) < 1e-9)
    // Sums over clusters of value − mean: −18, −6.5, 24.5.
    let squares = 18.0 * 18 + 6.5 * 6.5 + 24.5 * 24.5
    #expect(abs(found.clusteredError! - (squares * 3 / 2).squareRoot() / 6) < 1e-12)
    #expect(Estimate(meanOf: [3]).standardError == nil)
  }

  @Test("Quantiles lie between neighbours in proportion")
  func quantiles() {
    let values = Distribution([5, 1, 4, 2, 3, 10], clusters: [])
    #expect(values.quantile(0) == 1 && values.quantile(1) == 10 && values.quantile(0.5) == 3.5)
    #expect(abs(values.quantile(0.95) - 8.75) < 1e-12)
    #expect(values.minimum == 1 && values.maximum == 10)
  }
}
