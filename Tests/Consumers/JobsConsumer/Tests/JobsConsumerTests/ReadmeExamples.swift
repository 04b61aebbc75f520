import Checkpoints
import Configurate
import EvaluateProgram
import Evaluating
import Evaluations
import Figures
import Jobs
import Models
import Sharding
import TensorCore
import Training

/// The examples of the README of Jobs, which `ci/check-examples` compares with it. They compile here and
/// are not run: the files that they name are not here.
private func evaluating() throws -> [EvaluationResult] {
  struct Reversal: RolloutEvaluation {
    let name = "reversal"
    let maxNewTokens = 8
    let words = ["stop", "live"]
    var count: Int { words.count }
    func get(_ index: Int) -> (prompt: String, expected: String) {
      ("\(words[index]) backwards: ", String(words[index].reversed()))
    }
    func check(_ expected: String, _ answer: String) -> Bool { answer.hasPrefix(expected) }
  }

  try evaluation("reversal", { Reversal() })
  let spec = try ExecutionSpec.local(root: "runs", name: "small")
  let (evaluator, _) = try Evaluator<GPT>.fromCheckpoint(
    "best", spec: spec, runtimeConfig: ["eval/evaluations": ["reversal"]])
  let results = try evaluator.evaluate(reduce: .none)
  return results
}

private func figures(of model: GPT, _ ids: [Int32]) throws {
  try FigureFiles.write(model.figures(of: ids), to: "plots", step: 1000)
}

private func checkpoints(
  _ yaml: String, _ table: Tensor, _ slice: TensorSlice, _ shards: [TensorShard],
  _ path: String,
  _ communicator: any Communicator
) throws -> [Tensor] {
  let store = CheckpointStore(root: "runs")
  let writer = try store.writer(
    for: CheckpointIdentity(name: "small"), suffix: "final/409600", configuration: yaml,
    progress: CheckpointProgress(steps: 409_600, score: -2.5))
  try writer.write(table, named: "wte", axes: ["vocab", "n_embd"])
  try writer.finish()

  let checkpoint = try Checkpoint(path: store.resolve("general/default/small"))
  let whole = try checkpoint.tensor(named: "wte")
  let mine = try checkpoint.tensor(named: "wte", slice: slice)

  try CheckpointFileWriter.write(shards, to: path, configuration: yaml, on: communicator)
  try checkpoint.verifyDigests(on: communicator)
  return [whole, mine]
}

private func training(_ settings: SettingsTree, _ spec: ExecutionSpec, _ suite: EvaluatorConfig) throws
  -> [EvaluationResult]
{
  let trainer = try withConfiguration(settings) { try Trainer<GPT>(spec: spec) }
  let evaluator = try Evaluator.fromTrainer(trainer, config: suite)
  return try evaluator.evaluate()
}

private struct Reversal: RolloutEvaluation {
  let name = "reversal"
  let maxNewTokens = 8
  let count = 0
  func get(_ index: Int) -> (prompt: String, expected: String) { ("", "") }
  func check(_ expected: String, _ answer: String) -> Bool { true }
}

private func program() {
  EvaluateCommand.main {
    try evaluation("reversal", { Reversal() })
  }
}
