import Checkpoints
import Configurate
import Evaluating
import Evaluations
import Foundation
package import Jobs
package import Models
import ModelsTesting
package import TensorCore

/// A folder that goes when the test ends.
package final class TemporaryRoot: Sendable {
  package let path = NSTemporaryDirectory() + "/assay-" + UUID().uuidString

  package init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// - Returns: The path of a file with this text.
  package func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }
}

/// A small random GPT over bytes, as a checkpoint below a root.
package struct TinyCheckpoint {
  package static let settings = TinyGPT.settings { settings in
    settings.setSizes(layers: 1, width: 16, heads: 2, blockSize: 32, vocabularySize: 259)
  }

  package static let configuration = """
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

  package let root: TemporaryRoot
  package var spec: ExecutionSpec

  package init(
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
package enum TinyEvaluations {
  package static let registered: Void = {
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

package struct TinyPerplexity: PerplexityEvaluation {
  package var name = "tiny_ppl"
  package var texts = ["one", "two and more", "", "three", String(repeating: "long ", count: 20)]
  package var count: Int { texts.count }
  package func get(_ index: Int) -> String { texts[index] }

  package init(name: String = "tiny_ppl", texts: [String]? = nil) {
    self.name = name
    if let texts { self.texts = texts }
  }
}

package struct TinyRollout: RolloutEvaluation {
  package let name = "tiny_rollout"
  package let maxNewTokens = 5
  package var count: Int { 3 }
  package func get(_ index: Int) -> (prompt: String, expected: String) { (["a", "bc", ""][index], "x") }
  package func check(_ expected: String, _ answer: String) -> Bool { answer.hasPrefix(expected) }
}
