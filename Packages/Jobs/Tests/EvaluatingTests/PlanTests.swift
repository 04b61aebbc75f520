import Configurate
import Evaluations
import Foundation
import JobsTesting
import Models
import Sharding
import TensorCore
import Testing

@testable import Evaluating
@testable import Jobs

@Suite("What a run takes, and whether it can be trusted")
struct PlanTests {
  @Test("A plan counts the tokens in one trie, less what the journal has")
  func plan() throws {
    let tiny = try TinyCheckpoint()
    func evaluate() throws -> Evaluate<GPT> { try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec).job }
    let plan = try evaluate().plan()
    // Texts are cut to the block of 32; a text is read without its last token, and behind the token that begins it.
    let texts = TinyPerplexity().texts.map { min($0.utf8.count, 32) }
    let perplexity = plan.evaluations[0].work
    #expect(plan.evaluations.map(\.name) == ["tiny_ppl", "tiny_rollout"])
    #expect(plan.evaluations.map(\.documents) == [5, 3])
    #expect(perplexity.tokensAsked == texts.reduce(0) { $0 + max($1 - 1, 0) })
    #expect(perplexity.tokensGenerated == 0)
    #expect(plan.evaluations[1].work.tokensGenerated == 15)
    #expect(plan.together.tokensComputed < plan.together.tokensAsked)
    #expect(plan.open == plan.together)
    let (memory, seconds) = try #require(machine(plan))
    #expect(seconds > 0 && memory.process > 0 && memory.keysAndValues > 0)
    #expect(!FileManager.default.fileExists(atPath: tiny.root.path + "/journal"))
    try evaluate().run()
    let again = try evaluate().plan()
    #expect(again.together == plan.together)
    #expect(again.open.requests == 0 && again.open.tokensComputed == 0)
    #expect(machine(again)?.seconds == 0)
  }

  private func machine(_ plan: CostEstimate) -> (memory: CostEstimate.Memory, seconds: Double)? {
    guard case .machine(let memory, let seconds, _) = plan.demand else { return nil }
    return (memory, seconds)
  }

  @Test("Verifying finds that a model's answers do not depend on how they are computed")
  func verifies() throws {
    let tiny = try TinyCheckpoint()
    let comparisons = try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec).job.verify()
    #expect(comparisons.count >= 8)
    #expect(comparisons.allSatisfy { $0.different == 0 && $0.requests > 0 }, "\(comparisons)")
  }

  @Test("Verifying finds a model whose answers depend on the other requests in the batch")
  func finds() throws {
    let tiny = try TinyCheckpoint()
    let comparisons = try Evaluate<Drifting>.fromCheckpoint("best", spec: tiny.spec).job.verify()
    let different = comparisons.filter { $0.different > 0 }.map(\.name)
    #expect(different.contains("passes of 1 row") && different.contains("no shared prefixes"))
    #expect(!different.contains("1 thread"))
  }
}

/// A GPT that is off by a little more the more rows a pass has.
private struct Drifting: LanguageModel {
  typealias Configuration = GPT.Configuration
  let model: GPT
  var blockSize: Int { model.blockSize }
  var vocabularySize: Int { model.vocabularySize }
  var mode: ComputeMode { model.mode }

  init(_ settings: GPT.Configuration, parameters: ParameterReader) throws {
    model = try GPT(settings, parameters: parameters)
  }

  static func components() -> [any Module.Type] { [GPT.self] }
  func makeCache() -> KVCache { model.makeCache() }
  func decode(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor { try model.decode(rows, pass) }
  func unembed(_ rows: Tensor, _ pass: ForwardPass) throws -> Tensor { try model.unembed(rows, pass) }
  func score(_ rows: Tensor, targets: TargetLists, _ pass: ForwardPass) throws -> RowScores {
    try model.score(rows, targets: targets, pass)
  }

  func embed(_ ids: [Int32], _ pass: ForwardPass) throws -> Tensor {
    let rows = try model.embed(ids, pass)
    return Tensor(rows.floats.map { $0 + Float(ids.count) * 1e-3 }, shape: rows.shape)
  }
}
