import Backbones
import Basics
import Checkpoints
import Configurate
import Evaluating
import Evaluations
import Foundation
import Jobs
import Models

extension RunOptions {
  /// The job that the options and their file of settings name.
  struct JobSelection {
    let key: String
    let type: any Job.Type
    /// What the file and the options set.
    let settings: SettingsTree
  }

  /// Reads the file of settings, once for a rank.
  ///
  /// - Throws: Also ``JobError`` for several models.
  func selection() throws -> JobSelection {
    let named = model.backbones.map { "--backbone \($0)" } + model.restores.map { "--restore \($0)" }
    guard named.count < 2 else { throw JobError(.twoModels(named[0], named[1])) }
    let file = try model.config.map { try SettingsTree(yamlFile: $0) }
    let key = try jobKey(file)
    let type = try Registry.shared.job(key)
    return JobSelection(key: key, type: type, settings: try runtimeSettings(type, key, file))
  }

  private func jobKey(_ file: SettingsTree?) throws -> String {
    if RemoteOptions.isServer(model.backbone) { return EvaluationJobKey.server }
    return try model.job ?? file?.value(of: "job") ?? EvaluationJobKey.usual(backbone: model.backbone)
  }

  /// The selected job, as a rank has a part in it.
  ///
  /// - Parameter change: What the command adds to the job's spec.
  func makeJob(
    _ selection: JobSelection, on rank: Rank = .alone, _ change: (inout ExecutionSpec) -> Void = { _ in }
  ) throws -> any Job {
    let job = try make(selection.type, selection.key, selection.settings, on: rank, change)
    PythonOptions.reportIsolation()
    return job
  }

  /// The job that the options name on one rank, where only one that runs evaluations will do.
  ///
  /// - Parameter reason: Why there is one rank only.
  func makeEvaluationJob(alone reason: String) throws -> any EvaluationJob {
    try ranks.refuse(reason)
    guard !resume else { throw JobError(.option("--resume", .isFor("'run' only"))) }
    let selection = try selection()
    guard selection.type.evaluating != nil, let job = try makeJob(selection).evaluating else {
      throw JobError(.unfit(job: selection.key, .runsNoEvaluations))
    }
    return job
  }

  private func make<J: Job>(
    _ type: J.Type, _ key: String, _ runtime: SettingsTree, on rank: Rank,
    _ change: (inout ExecutionSpec) -> Void
  ) throws -> any Job {
    let name = name ?? (runsBundledSuite ? "bundled" : model.backbone.map(modelName) ?? "local")
    var spec = try rank.spec(root: store.root, name: name, project: project, group: group)
    spec.remote = try remote.spec(model.backbone)
    spec.allowed = try python.allowed()
    spec.askedOptions = python.askedOptions
    change(&spec)
    guard !resume || !runsBundledSuite else { throw JobError(.unfit(job: key, .resumesNothing)) }
    if let checkpoint = try checkpoint() {
      guard let restorable = J.restorable else {
        throw JobError(.unfit(job: key, .takesNoCheckpoint))
      }
      return try restored(restorable, checkpoint, spec, runtime)
    }
    guard !J.needsCheckpoint else {
      throw JobError(.unfit(job: key, .needsCheckpoint))
    }
    let configuration = try J.configuration(runtime: runtime, overrides: overrides)
    if let weights: String = try? configuration.value(of: Backbone.Configuration.weightsKey) {
      guard !RemoteOptions.isServer(weights) else {
        throw JobError(
          .usage,
          "a server is named by --backbone on the command line, not by the setting '\(Backbone.Configuration.weightsKey)'"
        )
      }
      _ = try rank.firstOnHost { try BackboneLocation(weights).path(for: spec) }
    }
    if !spec.withoutEvaluations { try requireEvaluations(in: configuration) }
    let job = try withConfiguration(configuration) { try J(spec: spec) }
    if resume {
      guard let resumable = job.resumable else { throw JobError(.unfit(job: key, .resumesNothing)) }
      try resumable.resume()
    }
    return job
  }

  /// What a job on a model is called.
  func modelName(_ backbone: String) -> String {
    RemoteOptions.isServer(backbone) ? RemoteOptions.name(backbone) : BackboneLocation(backbone).name
  }

  private func restored<J: RestorableJob>(
    _ type: J.Type, _ checkpoint: Checkpoint, _ spec: ExecutionSpec, _ runtime: SettingsTree
  ) throws -> any Job {
    let (job, configuration) = try J.restored(
      from: checkpoint, spec: spec, runtimeConfig: runtime, overrides: overrides, resume: resume)
    if !spec.withoutEvaluations { try requireEvaluations(in: configuration) }
    return job
  }

  private func checkpoint() throws -> Checkpoint? {
    guard let restore = model.restore else { return runsBundledSuite ? try BundledSuite.checkpoint() : nil }
    return try Checkpoint(path: try store.checkpoints.resolve(restore))
  }
}
