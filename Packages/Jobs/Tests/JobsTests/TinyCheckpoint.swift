import Checkpoints
import Configurate
import Evaluations
import Foundation
import Jobs
import Models
import ModelsTesting
import TensorCore

@testable import Evaluating

/// A folder that goes when the test ends.
final class TemporaryRoot: Sendable {
  let path = NSTemporaryDirectory() + "/assay-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// - Returns: The path of a file with this text.
  func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// A small random GPT over bytes, as a checkpoint below a root.
struct TinyCheckpoint {
  static let settings = TinyGPT.settings { settings in
    settings.setSizes(layers: 1, width: 16, heads: 2, blockSize: 32, vocabularySize: 259)
  }

  static let configuration = """
    job: gpt/train/pretrain
    architecture:
      n_layers: 1
      n_embd: 16
      n_head: 2
      block_size: 32
      vocab_size: 259
      dtype:
        activation: float32
    tokenizer:
      backend: bytes
    eval:
      evaluations: [tiny_ppl, tiny_rollout]
    training:
      tokens: 1000

    """

  let root: TemporaryRoot
  var spec: ExecutionSpec

  init(
    name: String = "tiny", change: (inout [String: Tensor]) -> Void = { _ in }
  ) throws {
    _ = TinyEvaluations.registered
    root = try TemporaryRoot()
    spec = try ExecutionSpec.local(root: root.path, name: name, project: "p", group: "g")
    var parameters = TinyGPT.parameters(Self.settings)
    change(&parameters)
    let writer = try CheckpointStore(root: root.path).writer(
      for: CheckpointIdentity(name: name, id: "run-7", project: "p", group: "g"), suffix: "best",
      configuration: Self.configuration, progress: CheckpointProgress(steps: 3, score: 0.5))
    for (name, tensor) in parameters.sorted(by: { $0.key < $1.key }) { try writer.write(tensor, named: name) }
    try writer.finish()
  }
}

/// Evaluations on made-up texts, registered once for the whole test process.
enum TinyEvaluations {
  static let registered: Void = {
    do {
      try evaluation("tiny_ppl", { TinyPerplexity() })
      try evaluation("tiny_rollout", { TinyRollout() })
      try evaluation("tiny_empty_ppl", { TinyPerplexity(name: "tiny_empty_ppl", texts: []) })
      try job("tiny/evaluate", Evaluate<GPT>.self)
    } catch {
      fatalError("\(error)")
    }
  }()
}

struct TinyPerplexity: PerplexityEvaluation {
  var name = "tiny_ppl"
  var texts = ["one", "two and more", "", "three", String(repeating: "long ", count: 20)]
  var count: Int { texts.count }
  func get(_ index: Int) -> String { texts[index] }
}

struct TinyRollout: RolloutEvaluation {
  let name = "tiny_rollout"
  let maxNewTokens = 5
  var count: Int { 3 }
  func get(_ index: Int) -> (prompt: String, expected: String) { (["a", "bc", ""][index], "x") }
  func check(_ expected: String, _ answer: String) -> Bool { answer.hasPrefix(expected) }
}
