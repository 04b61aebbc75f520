import Configurate
import JobsTesting
import Models
import TensorCore
import Testing

@testable import Jobs
@testable import Training

/// The original system's six updates, made by the trainer's own step: its schedule, its clipping, its optimiser.
@Suite("The trainer's step", .enabled(if: Fixtures.exist, Comment(rawValue: Fixtures.reason)))
struct TrainStepsTests {
  /// Of the original's settings, and its two defects: a mean of means, and vectors that decay.
  private func trainer(_ file: FixtureFile, _ optimizer: String, _ root: TemporaryRoot) throws
    -> BaseTrainer<GPT>
  {
    var settings = SettingsTree(file.settings)
    let own: SettingsTree = [
      "tokenizer/backend": "trivial", "optimization/optimizer": SettingsTree(.text(optimizer)),
      "optimization/schedule": "wsd", "optimization/lr": 3e-3, "optimization/warmup_pct": 0.34,
      "optimization/decay_pct": 0.34, "optimization/decay_vectors": true, "training/average": "batches",
      "training/batch_size": 6, "training/tokens": SettingsTree(.integer(6 * 6 * 16)),
    ]
    try settings.overlay(own, unknownKeys: .add)
    let configuration = try BaseTrainer<GPT>.configuration(runtime: settings)
    return try withConfiguration(configuration) {
      let trainer = try BaseTrainer<GPT>(spec: .local(root: root.path))
      let reader = ParameterReader(MemorySource(try file.parameters(in: "params0")), rules: GPT.sharding)
      let model = try GPT(file.settings, parameters: reader)
      try trainer.train(model, reader.parameters)
      return trainer
    }
  }

  @Test("Training follows the original system for six updates", arguments: ["adamw", "muon"])
  func sixUpdates(optimizer: String) throws {
    let file = try FixtureFile("train_steps")
    let trainer = try trainer(file, optimizer, TemporaryRoot())
    #expect(trainer.totalUpdates == 6)
    let losses = try file.floats("\(optimizer)/loss")
    let norms = try file.floats("\(optimizer)/grad_norm")
    let rates = try file.floats("\(optimizer)/lr")
    for step in 0..<6 {
      let report = try trainer.update(
        on: try (step * 2..<step * 2 + 2).map { index in
          MicroBatch(
            ids: try file.batch("x", index: index), targets: try file.batch("y", index: index),
            paddingMask: try file.mask("padding_mask", index: index))
        })
      #expect(abs((report.loss ?? .nan) - Double(losses[step])) < 2e-5, "loss of update \(step)")
      #expect(abs(report.gradientNorm - Double(norms[step])) < 2e-5 * Double(norms[step]) + 2e-6)
      #expect(abs(report.rate - Double(rates[step])) < 3e-3 / Double(1 << 22))
    }
    let expected = try file.parameters(in: "\(optimizer)/params_after_6")
    for parameter in trainer.parameters {
      // OptimizerTests says why a key bias of muon is allowed more.
      let bound: Float =
        optimizer == "muon" && parameter.path.hasSuffix("attn/c_attn/bias") ? 1e-4 : 2e-5
      #expect(
        worst(parameter.parameter.tensor.floats, expected[parameter.path]!.floats) < bound,
        "\(parameter.path)")
    }
  }
}
