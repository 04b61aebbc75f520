import ArgumentParser
import Backbones
import Basics
import Checkpoints
import Configurate
import Evaluating
import Evaluations
import Foundation
import Jobs
import Models

/// Which job, on which model, with which evaluations and settings: what 'run', 'plan' and 'verify' have in common.
struct RunOptions: ParsableArguments, Sendable {
  @OptionGroup var model: ModelOptions
  @Option(
    help: ArgumentHelp(
      "Run these evaluations, or score these text files, separated by commas.", valueName: "a,b,…"))
  var tasks: String?
  @OptionGroup var documents: TaskOptions
  @Flag(help: "Ask in the model's chat format.")
  var applyChatTemplate = false
  @Option(help: ArgumentHelp("Begin with this turn of the system.", valueName: "text"))
  var systemInstruction: String?
  @Option(
    help: ArgumentHelp(
      "What the chat template can read besides the conversation, such as {\"enable_thinking\": false}.",
      valueName: "json"), transform: givenText)
  var chatTemplateArgs: String?
  @Option(
    help: ArgumentHelp(
      "Text or id that ends a model's thought; answers begin behind it.", valueName: "text|id"),
    transform: givenText)
  var thinkEndToken: String?
  @Option(help: ArgumentHelp("Score with the quirks of another tool: lm-eval.", valueName: "tool"))
  var compat: Peer?
  @OptionGroup var store: StoreOptions
  @Option(help: "Name the job, and thereby its folder of results.")
  var name: String?
  @Option(help: "Name the job's project; 'general' where not given.")
  var project: String?
  @Option(help: "Name the job's group; 'default' where not given.")
  var group: String?
  @Flag(
    help:
      "Take the identity of the checkpoint that is restored: name, project and group. Without --restore, a training job resumes from its own latest."
  )
  var resume = false
  @OptionGroup var ranks: RankOptions
  @OptionGroup var remote: RemoteOptions
  @OptionGroup var python: PythonOptions
  @Argument(help: ArgumentHelp("Set settings, such as eval.length=100.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws { try check() }

  /// Whether nothing was asked for but how to go about it: then the bundled suite is run.
  private var runsBundledSuite: Bool {
    namesNothingToRun && !overrides.contains { $0.hasPrefix("eval.evaluations") }
  }

  /// Whether neither a job nor a model nor evaluations are named.
  var namesNothingToRun: Bool {
    model.isEmpty && tasks == nil
  }

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

  /// What the settings file and the options set.
  private func runtimeSettings(
    _ type: any Job.Type, _ key: String, _ file: SettingsTree?
  ) throws -> SettingsTree {
    var settings = file ?? SettingsTree()
    settings["job"] = nil
    let schema = try type.schema()
    settings = settings.changes(from: schema.defaults)
    if RemoteOptions.isServer(model.backbone) {
      guard model.restore == nil, model.job == nil else {
        throw JobError(
          .usage,
          "--backbone openai:URL is evaluated by '\(EvaluationJobKey.server)'; leave out --restore and --job")
      }
    } else if let backbone = model.backbone {
      guard schema[Backbone.Configuration.weightsKey] != nil else {
        throw JobError(.unfit(job: key, .takesNoBackbone))
      }
      settings[Backbone.Configuration.weightsKey] = SettingsTree(.text(backbone))
    }
    if let adapter = model.adapter {
      guard model.backbone != nil, !RemoteOptions.isServer(model.backbone) else {
        throw JobError(
          .option("--adapter", .needs(option: "--backbone", "the folder of the model that it adapts")))
      }
      settings[Backbone.Configuration.adapterKey] = SettingsTree(.text(adapter))
    }
    let components =
      tasks.map(Self.names) ?? (runsBundledSuite ? BundledSuite.keys : nil)
    if let components {
      settings["eval/evaluations"] = SettingsTree(.list(components.map { SettingsTree(.text($0)) }))
    }
    documents.write(to: &settings)
    if applyChatTemplate { settings["eval/chat"] = SettingsTree(.bool(true)) }
    for (key, text) in [
      ("eval/compat", compat?.rawValue),
      ("eval/system_prompt", systemInstruction), ("eval/chat_template_args", chatTemplateArgs),
      ("eval/think_end_token", thinkEndToken),
    ] {
      if let text { settings[key] = SettingsTree(.text(text)) }
    }
    return settings
  }

  private func checkpoint() throws -> Checkpoint? {
    guard let restore = model.restore else { return runsBundledSuite ? try BundledSuite.checkpoint() : nil }
    return try Checkpoint(path: try store.checkpoints.resolve(restore))
  }
}
