import Basics
public import Checkpoints
public import Configurate
import Foundation
import Logging

extension RestorableJob {
  /// Restores a job from a checkpoint below `spec.root`: `checkpoints/{project}/{group}/{name}/{suffix}`.
  ///
  /// - Parameters:
  ///   - suffix: Names the checkpoint below the job's own folder, such as `best` or `final/409600`.
  ///   - runtimeConfig: Settings that win over the checkpoint's where they are not the job's defaults, as in a file for
  ///     `--config`; keys that neither the job nor the checkpoint has are errors.
  ///   - resume: Whether the job takes the checkpoint's identity (name, id, project, group), for an idempotent
  ///     restart; so it does, too, where there is no `runtimeConfig`. A job that trains resumes where the checkpoint was
  ///     made; else it begins with the checkpoint's weights.
  /// - Returns: The job, and the configuration it was made under. `spec` itself is left alone.
  /// - Throws: ``JobError`` with the nearest suffix and all there are, where there is no such checkpoint; what making and
  ///   restoring the job throws.
  public static func fromCheckpoint(
    _ suffix: String, spec: ExecutionSpec, runtimeConfig: SettingsTree? = nil, resume: Bool = false
  ) throws -> (job: Self, configuration: SettingsTree) {
    let location = try location(of: suffix, spec)
    let defaults = try schema().defaults
    return try restored(
      from: Checkpoint(path: location), spec: spec,
      runtimeConfig: runtimeConfig.map { $0.changes(from: defaults) }, resume: resume || runtimeConfig == nil)
  }

  private static func location(of suffix: String, _ spec: ExecutionSpec) throws -> String {
    let (store, job) = (CheckpointStore(root: spec.root), spec.job)
    let location = try store.location(
      project: job.project, group: job.group, name: job.name, suffix: suffix)
    guard !FileManager.default.fileExists(atPath: location) else { return location }
    let known = try store.suffixes(project: job.project, group: job.group, name: job.name)
    throw JobError(
      .unknownCheckpoint(
        job: job.path, suffix: suffix, nearest: nearestName(to: suffix, among: known), known: known))
  }

  /// Makes a job under the checkpoint's settings and lets it take the checkpoint's parameters.
  public static func restored(
    from checkpoint: Checkpoint, spec: ExecutionSpec, runtimeConfig: SettingsTree? = nil,
    overrides: [String] = [],
    resume: Bool = false
  ) throws -> (job: Self, configuration: SettingsTree) {
    let stored = try checkpoint.configuration.map {
      try SettingsTree(yaml: $0, name: "\(checkpoint.path): config", isData: true)
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
      if resume, let resumable = job.resumable {
        try resumable.resume(from: checkpoint)
      } else {
        try job.restore(from: checkpoint)
      }
      return (job, configuration)
    }
  }
}

extension Job {
  /// The settings of a run: defaults, then the checkpoint's, then the run's own, then `KEY=VALUE` arguments.
  ///
  /// - Throws: `SettingsError` for a key of the run that neither the job nor the checkpoint has, a key of the
  ///   checkpoint that no registered job has, a value of another type, or a mandatory setting that is not given.
  public static func configuration(
    checkpoint: SettingsTree? = nil, runtime: SettingsTree? = nil, overrides: [String] = []
  ) throws -> SettingsTree {
    let schema = try schema()
    var resolved = schema.defaults
    if let checkpoint {
      try CheckpointSettings(resolved).check(checkpoint)
      try resolved.overlay(checkpoint, unknownKeys: .add)
    }
    if let runtime { try resolved.overlay(withoutRetired(runtime)) }
    try resolved.applyOverrides(withoutRetired(overrides))
    // What others left in the checkpoint's settings stays there unchecked; this job's own keys are checked.
    var own = schema.defaults
    try own.overlay(resolved, unknownKeys: .skip)
    try resolved.overlay(try schema.checked(own))
    return resolved
  }

  /// The settings without those that have no meaning any more, each of which is logged.
  private static func withoutRetired(_ settings: SettingsTree) -> SettingsTree {
    var kept = settings
    for (key, reason) in retiredSettings.sorted(by: { $0.key < $1.key }) where kept[key] != nil {
      jobLog.notice("setting '\(key)' is ignored: \(reason)")
      kept[key] = nil
      let group = key.split(separator: "/").dropLast().joined(separator: "/")
      if !group.isEmpty, kept[group]?.mapping?.isEmpty == true { kept[group] = nil }
    }
    return kept
  }

  private static func withoutRetired(_ overrides: [String]) -> [String] {
    overrides.filter { override in
      let key = String(override.prefix { $0 != "=" }).replacing(".", with: "/")
      guard let reason = retiredSettings[key] else { return true }
      jobLog.notice("setting '\(key)' is ignored: \(reason)")
      return false
    }
  }
}
