public import Checkpoints
import Configurate
public import Models
public import Sharding
public import TensorCore

/// What a model would hold on each rank of a mesh, found out from headers alone.
public struct ModelSurvey: Sendable {
  public let mesh: Mesh
  public let parameters: [SurveyedParameter]
  /// What matrices are packed for.
  public let mode: ComputeMode

  /// Bytes of the parameters that `rank` holds, as the kernels read them: matrices in the mode's numbers, vectors in
  /// float32.
  public func bytes(rank: Int) -> Int { parameters.reduce(0) { $0 + bytes($1, $1.slices[rank].count) } }

  /// Bytes of the whole model.
  public var wholeBytes: Int {
    parameters.reduce(0) { $0 + bytes($1, $1.axes.reduce(1) { $0 * $1.size }) }
  }

  private func bytes(_ parameter: SurveyedParameter, _ count: Int) -> Int {
    count * (parameter.axes.count > 1 && mode == .bfloat16 ? 2 : 4)
  }
}

/// A job whose model can be surveyed before it is loaded.
public protocol SurveyedJob: Job {
  /// Looks at the model that the current configuration names.
  ///
  /// - Parameter checkpoint: Where it lies, for jobs that restore one.
  /// - Throws: `PlacementError` for a parameter that the mesh cannot cut; `ParameterError` naming all that do not fit.
  static func survey(_ checkpoint: Checkpoint?, on mesh: Mesh) throws -> ModelSurvey
}

extension InferenceJob: SurveyedJob {}

extension SurveyedJob {
  /// ``survey(_:on:)`` under the checkpoint's settings.
  ///
  /// - Parameter backbone: Names the model of a job that takes one as others saved it.
  public static func survey(
    restore checkpoint: Checkpoint?, backbone: String? = nil, overrides: [String] = [], on mesh: Mesh
  ) throws -> ModelSurvey {
    let stored = try checkpoint?.configuration.map {
      try SettingsTree(yaml: $0, name: "\(checkpoint?.path ?? ""): config")
    }
    var runtime = SettingsTree()
    runtime["eval/evaluations"] = SettingsTree(.list([]))
    if let backbone { runtime["architecture/backbone/weights"] = SettingsTree(.text(backbone)) }
    let configuration = try configuration(checkpoint: stored, runtime: runtime, overrides: overrides)
    return try withConfiguration(configuration) { try survey(checkpoint, on: mesh) }
  }
}
