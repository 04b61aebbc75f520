public import Configurate

extension EvaluationJob where Self: RestorableJob {
  /// Restores an evaluator from a checkpoint below `spec.root`, as every job is restored.
  ///
  /// - Parameters:
  ///   - suffix: Names the checkpoint below the job's own folder, such as `best` or `final/409600`.
  ///   - runtimeConfig: Settings that win over the checkpoint's where they are not the job's defaults.
  ///   - resume: Whether the evaluator takes the checkpoint's identity (name, id, project, group), for an idempotent
  ///     restart; so it does, too, where there is no `runtimeConfig`.
  /// - Returns: The evaluator, and the configuration it was made under. `spec` itself is left alone.
  /// - Throws: ``JobError`` with the nearest suffix and all there are, where there is no such checkpoint; what making and
  ///   restoring the job throws.
  public static func fromCheckpoint(
    _ suffix: String, spec: ExecutionSpec, runtimeConfig: SettingsTree? = nil, resume: Bool = false
  ) throws -> (evaluator: Self, config: SettingsTree) {
    let restored: (job: Self, configuration: SettingsTree) = try fromCheckpoint(
      suffix, spec: spec, runtimeConfig: runtimeConfig, resume: resume)
    return (restored.job, restored.configuration)
  }
}
