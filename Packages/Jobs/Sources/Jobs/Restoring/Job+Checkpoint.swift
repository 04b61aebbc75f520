public import Checkpoints
public import Configurate

extension Job {
  /// Restores a job from a checkpoint below `spec.root`: `checkpoints/{project}/{group}/{name}/{suffix}`.
  ///
  /// - Parameters:
  ///   - suffix: Names the checkpoint below the job's own folder, such as `best` or `final/409600`.
  ///   - runtimeConfig: Settings that win over the checkpoint's; keys that neither the job nor the checkpoint knows
  ///     are errors.
  ///   - resume: Whether the job takes the checkpoint's identity (name, id, project, group), for an idempotent
  ///     restart; so it does, too, where there is no `runtimeConfig`. A job that trains goes on where the checkpoint was
  ///     made; else it begins with the checkpoint's weights.
  /// - Returns: The job, and the configuration it was made under. `spec` itself is left alone.
  public static func fromCheckpoint(
    _ suffix: String, spec: ExecutionSpec, runtimeConfig: SettingsTree? = nil, resume: Bool = false
  ) throws -> (job: Self, configuration: SettingsTree) {
    let store = CheckpointStore(root: spec.root)
    let location = try store.location(
      project: spec.job.project, group: spec.job.group, name: spec.job.name, suffix: suffix)
    return try restored(
      from: Checkpoint(path: location), spec: spec, runtimeConfig: runtimeConfig,
      resume: resume || runtimeConfig == nil)
  }

  /// Makes a job under the checkpoint's settings and lets it take the checkpoint's parameters.
  public static func restored(
    from checkpoint: Checkpoint, spec: ExecutionSpec, runtimeConfig: SettingsTree? = nil,
    overrides: [String] = [],
    resume: Bool = false
  ) throws -> (job: Self, configuration: SettingsTree) {
    let stored = try checkpoint.configuration.map {
      try SettingsTree(yaml: $0, name: "\(checkpoint.path): config")
    }
    let configuration = try prepared(
      try configuration(checkpoint: stored, runtime: runtimeConfig, overrides: overrides), for: checkpoint,
      root: spec.root)
    var spec = spec
    if resume, let identity = checkpoint.identity {
      spec.job = JobSpec(
        name: identity.name, id: identity.id, project: identity.project, group: identity.group)
    }
    return try withConfiguration(configuration) {
      let job = try Self(spec: spec)
      if resume, let resumable = job as? any ResumableJob {
        try resumable.resume(from: checkpoint)
      } else {
        try job.restore(from: checkpoint)
      }
      return (job, configuration)
    }
  }

  /// The settings of a run: defaults, then the checkpoint's, then the run's own, then `KEY=VALUE` arguments.
  ///
  /// - Throws: `SettingsError` for a key of the run that neither the job nor the checkpoint knows, a key of the
  ///   checkpoint that no registered job knows, a value of another type, or a mandatory setting that nobody gives.
  public static func configuration(
    checkpoint: SettingsTree? = nil, runtime: SettingsTree? = nil, overrides: [String] = []
  ) throws -> SettingsTree {
    let schema = try schema()
    var resolved = schema.defaults
    if let checkpoint {
      try CheckpointSettings(resolved).check(checkpoint)
      try resolved.overlay(checkpoint, unknownKeys: .add)
    }
    if let runtime { try resolved.overlay(runtime) }
    try resolved.applyOverrides(overrides)
    // What others left in the checkpoint's settings stays there unchecked; this job's own keys are checked.
    var own = schema.defaults
    try own.overlay(resolved, unknownKeys: .skip)
    try resolved.overlay(try schema.checked(own))
    return resolved
  }
}
