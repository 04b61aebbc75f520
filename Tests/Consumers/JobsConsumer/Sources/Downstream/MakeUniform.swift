import Checkpoints
import Configurate
import Jobs
import Models
import TensorCore

/// Writes a checkpoint whose model finds every id equally likely: all its weights are zero.
final class MakeUniform: Job {
  static let summary = "writes a GPT checkpoint that knows nothing"
  static let settings = GPT.gatheredSettings

  let spec: ExecutionSpec
  var progress: (JobProgress) -> Void = { _ in }
  private let model: GPT.Configuration
  private let configuration: SettingsTree

  init(spec: ExecutionSpec) throws {
    guard let current = ConfigurationContext.current else {
      throw JobError(.noContext)
    }
    self.spec = spec
    configuration = current
    model = try configure(GPT.Configuration.self)
  }

  var outcome: JobOutcome {
    get throws {
      let store = CheckpointStore(root: spec.root)
      let (name, project, group) = (spec.job.name, spec.job.project, spec.job.group)
      return .checkpoint(
        folder: try store.location(project: project, group: group, name: name, suffix: "zero"))
    }
  }

  func run() throws {
    let identity = CheckpointIdentity(name: spec.job.name, project: spec.job.project, group: spec.job.group)
    let writer = try CheckpointStore(root: spec.root).writer(
      for: identity, suffix: "zero", configuration: configuration.yaml, progress: .init(steps: 0, score: nil))
    for (name, shape) in shapes { try writer.write(Tensor(zeros: shape), named: name) }
    try writer.finish()
  }

  /// The parameters of a GPT with rotary positions and without biases.
  private var shapes: [(String, [Int])] {
    let width = model.width
    let blocks = (0..<model.layers).flatMap { layer in
      [
        ("ln_1/weight", [width]), ("attn/c_attn/kernel", [width, 3 * width]),
        ("attn/c_proj/kernel", [width, width]),
        ("ln_2/weight", [width]), ("mlp/c_fc/kernel", [width, 4 * width]),
        ("mlp/c_proj/kernel", [4 * width, width]),
      ].map { ("blocks_\(layer)/\($0.0)", $0.1) }
    }
    return [("wte", [model.vocabularySize, width])] + blocks + [("ln_f/weight", [width])]
  }
}
