public import Checkpoints
import Configurate
public import Models
public import Sharding

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
    if let backbone { runtime[Backbone.Configuration.weightsKey] = SettingsTree(.text(backbone)) }
    let configuration = try configuration(checkpoint: stored, runtime: runtime, overrides: overrides)
    return try withConfiguration(configuration) { try survey(checkpoint, on: mesh) }
  }
}
