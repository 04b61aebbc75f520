import Basics
import Checkpoints
import Configurate
import Evaluations
import Foundation
import JobsTesting
import Models
import Runs
import Synchronization
import Testing
import Tokenization

@testable import Evaluating
@testable import Jobs
@testable import Training

/// Counts texts that are turned into ids.
private final class CountingTokenizer: Tokenizer {
  static let encoded = Mutex(0)

  private let bytes = BytesTokenizer()
  var identity: String { bytes.identity }
  var vocabularySize: Int { bytes.vocabularySize }
  var eotToken: Int32 { bytes.eotToken }

  func encode(_ text: String) -> [Int32] {
    Self.encoded.withLock { $0 += 1 }
    return bytes.encode(text)
  }
  func decode(_ ids: [Int32]) throws(TokenizerError) -> String { try bytes.decode(ids) }
}

private final class CountingEvaluator: Evaluator<GPT> {
  override class func makeTokenizer(_ spec: ExecutionSpec) -> any Tokenizer { CountingTokenizer() }
}

@Suite("An evaluator that follows a trainer", .serialized)
struct FromTrainerTests {
  private let tiny: TinyTraining

  init() throws { tiny = try TinyTraining() }

  private func config(_ names: [String], length: Int = -1) -> EvaluatorConfig {
    var config = EvaluatorConfig()
    (config.components, config.length) = (names, length)
    return config
  }

  /// An update by a batch of made-up ids.
  private func learn(_ trainer: Trainer<GPT>) throws {
    let tokens: [Int32] = [5, 9, 30, 70, 12, 44]
    try trainer.update(on: [
      MicroBatch([TrainingRow(tokens, isLearned: tokens.map { _ in true }, length: 32)])
    ])
  }

  private func numbers(_ evaluator: Evaluator<GPT>) throws -> [Double] {
    try evaluator.evaluate().map { $0.metrics[0].value }
  }

  @Test("An evaluator of a trainer asks the weights as they are at each call, and encodes each text once")
  func live() throws {
    let trainer = try tiny.trainer("live")
    let evaluator = try CountingEvaluator.fromTrainer(trainer, config: config(["tiny_ppl", "tiny_rollout"]))
    let before = try numbers(evaluator)
    let encoded = CountingTokenizer.encoded.withLock { $0 }
    #expect(encoded > 0)
    #expect(try numbers(evaluator) == before)
    try learn(trainer)
    let after = try numbers(evaluator)
    #expect(after[0] != before[0])
    #expect(CountingTokenizer.encoded.withLock { $0 } == encoded)
    #expect(evaluator.requestCache?.plans == 1)
    // Nothing but the weights counts: an evaluator that never saw the others says the same.
    let fresh = try Evaluator.fromTrainer(trainer, config: config(["tiny_ppl", "tiny_rollout"]))
    #expect(try numbers(fresh) == after)
  }

  @Test("An evaluator of a trainer has the results of an evaluation of its checkpoint")
  func checkpoint() throws {
    let trainer = try tiny.trainer("saved")
    try trainer.run()
    let evaluator = try Evaluator.fromTrainer(trainer, config: config(["tiny_ppl"]))
    let path = tiny.root.path + "/checkpoints/general/default/saved/final/3072"
    let (job, _) = try Evaluate<GPT>.restored(
      from: Checkpoint(path: path), spec: .local(root: tiny.root.path, name: "scored"),
      runtimeConfig: ["eval/evaluations": SettingsTree(.list(["tiny_ppl"]))])
    #expect(try numbers(evaluator) == numbers(job))
  }

  @Test("An evaluator of a trainer takes its evaluations from the current configuration where none are given")
  func context() throws {
    let trainer = try tiny.trainer("context")
    let evaluator = try withConfiguration(["eval/evaluations": SettingsTree(.list(["tiny_ppl"]))]) {
      try Evaluator.fromTrainer(trainer)
    }
    #expect(evaluator.evaluations.map(\.name) == ["tiny_ppl"])
    let own = try tiny.trainer("own", ["eval/evaluations": SettingsTree(.list(["tiny_rollout"]))])
    #expect(try Evaluator.fromTrainer(own).evaluations.map(\.name) == ["tiny_rollout"])
    let error = #expect(throws: JobError.self) {
      try Evaluator.fromTrainer(trainer, config: config(["tiny_pl"]))
    }
    #expect(error?.nearest == "tiny_ppl")
  }

  @Test(
    "An evaluator for a trainer that learns from answers draws documents by the seed and gives the sequences")
  func rewards() throws {
    let trainer = try tiny.trainer("rewards")
    let evaluator = try CountingEvaluator.fromTrainer(
      trainer, config: RLEvaluatorConfig(components: ["tiny_rollout"], batchSize: 2))
    var options = EvaluationOptions()
    (options.temperature, options.samplesPerPrompt) = (1, 3)
    func prompts(_ seed: UInt64) throws -> [[Int32]] {
      options.seed = seed
      let result = try evaluator.evaluate(reduce: .none, returnIntermediates: true, options: options)[0]
      guard case .samples(let scores) = result.score else { return [] }
      let sequences = try #require(result.intermediates)
      #expect(scores.count == 6 && sequences.count == 6)
      return sequences.map { zip($0[0].ids, $0[0].mask).filter { !$0.1 }.map(\.0) }
    }
    let drawn = try (0..<6).map { try prompts(UInt64($0)) }
    #expect(Set(drawn).count > 1)
    #expect(try prompts(0) == drawn[0])
    // All three documents have been seen, and each was turned into ids once.
    let encoded = CountingTokenizer.encoded.withLock { $0 }
    _ = try (6..<12).map { try prompts(UInt64($0)) }
    #expect(CountingTokenizer.encoded.withLock { $0 } == encoded)
  }

  @Test("A trainer runs its evaluations after each validation and writes them down")
  func inLoop() throws {
    let trainer = try tiny.trainer(
      "loop", ["eval/evaluations": SettingsTree(.list(["tiny_ppl", "tiny_rollout"]))])
    try trainer.run()
    let lines = try tiny.metrics("loop").filter { $0["tiny_ppl"] != nil }
    #expect(lines.compactMap { $0["step"] as? Int } == [4, 8, 12])
    let values = lines.compactMap { $0["tiny_ppl"] as? Double }
    #expect(values.count == 3 && values[2] < values[0])
    #expect(lines.allSatisfy { $0["tiny_rollout"] is Double })
    try tiny.trainer(
      "quiet",
      [
        "eval/evaluations": SettingsTree(.list(["tiny_ppl"])), "training/evaluate": false,
      ]
    ).run()
    #expect(try tiny.metrics("quiet").allSatisfy { $0["tiny_ppl"] == nil })
  }

  @Test("An evaluation is done until the trainer makes another update, and keeps the results of both")
  func doneUntilUpdated() throws {
    let trainer = try tiny.trainer("followed")
    let evaluator = try Evaluator.fromTrainer(trainer, config: config(["tiny_ppl"]))
    #expect(!evaluator.done)
    try evaluator()
    #expect(evaluator.done)
    try learn(trainer)
    #expect(!evaluator.done)
    try evaluator()
    #expect(evaluator.done)
    let kept = KeptRuns(evaluator.spec).ids
    #expect(kept.count == 2)
    let weights = try kept.map {
      try RunResult(contentsOf: KeptRuns(evaluator.spec).path($0, "results.json")).provenance.weights
    }
    #expect(Set(weights.compactMap(\.self)).count == 2)
  }

  @Test("A trainer's weights have the identity of the checkpoint that holds them")
  func identity() throws {
    let trainer = try tiny.trainer("digest")
    try trainer.run()
    guard case .checkpoint(let folder) = try trainer.outcome else {
      Issue.record("a trainer that has run has a checkpoint")
      return
    }
    #expect(try trainer.weightsIdentity() == Checkpoint(path: folder).weightsDigest())
  }

  @Test("An evaluator of a trainer without evaluations is an error")
  func nothingToEvaluate() throws {
    let trainer = try tiny.trainer("idle")
    let error = #expect(throws: JobError.self) { try Evaluator.fromTrainer(trainer) }
    #expect(error?.kind == .noEvaluations)
    let other = #expect(throws: JobError.self) {
      try Evaluator.fromTrainer(trainer, config: RLEvaluatorConfig())
    }
    #expect(other?.kind == .noEvaluations)
  }

  @Test("A second run of training of the same name is refused while the first is at work, and not after it")
  func twice() throws {
    let (first, second) = (try tiny.trainer("twice"), try tiny.trainer("twice"))
    var refusals: [JobError.Kind] = []
    first.progress = { progress in
      guard progress.completed == 3 else { return }
      let error = #expect(throws: JobError.self) { try second.run() }
      if let error { refusals.append(error.kind) }
    }
    try first.run()
    #expect(refusals == [.busy(job: "general/default/twice")])
    let lines = try tiny.metrics("twice").compactMap { $0["step"] as? Int }
    #expect(lines == lines.sorted() && lines.contains(12))
    #expect(second.done)
  }

  @Test("A training that is asked to stop ends where it can be resumed, and reports updates as it goes")
  func stops() throws {
    let trainer = try tiny.trainer("stopping")
    var seen: [JobProgress] = []
    trainer.progress = { [unowned trainer] progress in
      seen.append(progress)
      if progress.completed == 4 { trainer.stoppable?.requestStop() }
    }
    let error = #expect(throws: JobError.self) { try trainer.run() }
    #expect(error?.fault == .tryAgain)
    #expect(
      seen.map(\.completed) == [1, 2, 3, 4] && seen.allSatisfy { $0.unit == "updates" && $0.total == 12 })
    let resumed = try tiny.trainer("stopping")
    try resumed.resumable?.resume()
    #expect(resumed.updates == 4)
  }
}
