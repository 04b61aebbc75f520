import ArgumentParser
import Backbones
import Checkpoints
import Configurate
import Evaluating
import Evaluations
import Foundation
import Jobs
import Models

/// Which job, on which model, with which evaluations and settings: what 'run', 'plan' and 'verify' have in common.
struct RunOptions: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("The job to run; see 'evaluate list jobs'.", valueName: "key"))
  var job: String?
  @Option(
    help: ArgumentHelp("A YAML file of settings; see 'evaluate configure'.", valueName: "file"),
    transform: givenPath)
  var config: String?
  @Option(
    help: ArgumentHelp(
      "A checkpoint: its folder, its HDF5 file, or PROJECT/GROUP/NAME/SUFFIX below ROOT/checkpoints.",
      valueName: "ckpt"), transform: givenPath)
  var restore: String?
  @Option(
    help: ArgumentHelp(
      "A model as others saved it: a folder of the Hugging Face Hub, a GGUF file, or its name on the Hub.",
      valueName: "path|org/name[@revision]"), transform: givenPath)
  var backbone: String?
  @Option(help: ArgumentHelp("Evaluations, or paths of text files, separated by commas.", valueName: "a,b,…"))
  var tasks: String?
  @Option(
    help: ArgumentHelp("A folder of task files; may be given again.", valueName: "dir"), transform: givenPath)
  var tasksDir: [String] = []
  @Option(
    help: ArgumentHelp("The folder of data sets that tasks name.", valueName: "root"), transform: givenPath)
  var data: String?
  @Option(help: ArgumentHelp("The split that tasks ask about, in place of their own.", valueName: "name"))
  var split: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Run the first N documents of each evaluation.", valueName: "n"))
  var limit: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many shots stand before each question of a task.", valueName: "n"))
  var numFewshot: Int?
  @Flag(help: "Ask in the model's chat format.")
  var applyChatTemplate = false
  @Option(help: ArgumentHelp("The system's turn of such a chat.", valueName: "text"))
  var systemInstruction: String?
  @Option(help: ArgumentHelp("Score with the quirks of another tool: lm-eval.", valueName: "tool"))
  var compat: Peer?
  @Option(help: "The folder for results and checkpoints.", transform: givenPath)
  var root = "assay"
  @Option(help: "The job's name, which names its folder of results.")
  var name: String?
  @Option(help: "The job's project; 'general' where not given.")
  var project: String?
  @Option(help: "The job's group; 'default' where not given.")
  var group: String?
  @Flag(
    help:
      "Take the identity of the checkpoint that is restored: name, project and group. Without --restore, a training job goes on from its own latest."
  )
  var resume = false
  @OptionGroup var ranks: RankOptions
  @Argument(help: ArgumentHelp("Settings, such as eval.length=100.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws { try check() }

  /// Whether nothing was asked for but how to go about it: then the bundled suite is run.
  private var runsBundledSuite: Bool {
    job == nil && config == nil && restore == nil && backbone == nil && tasks == nil
      && !overrides.contains { $0.hasPrefix("eval.evaluations") }
  }

  /// The job that the options describe, as a rank has a part in it.
  ///
  /// - Parameter change: What the command adds to the job's spec.
  func makeJob(on rank: Rank = .alone, _ change: (inout ExecutionSpec) -> Void = { _ in }) throws -> any Job {
    let file = try settingsFile()
    let key = try jobKey(file)
    let type = try Registry.shared.job(key)
    return try make(type, key, try runtimeSettings(type, key, file), on: rank, change)
  }

  /// The type of that job.
  func jobType() throws -> any Job.Type { try Registry.shared.job(try jobKey(try settingsFile())) }

  private func settingsFile() throws -> SettingsTree? { try config.map { try SettingsTree(yamlFile: $0) } }

  private func jobKey(_ file: SettingsTree?) throws -> String {
    try job ?? file?.value(of: "job") ?? (backbone == nil ? "gpt/evaluate" : "backbone/evaluate")
  }

  /// ``makeJob(on:)`` on one rank, where only a job that runs evaluations will do.
  ///
  /// - Parameter reason: Why there is one rank only.
  func makeEvaluationJob(alone reason: String) throws -> any EvaluationJob {
    try ranks.refuse(reason)
    let key = try jobKey(try settingsFile())
    _ = try Registry.shared.evaluationJob(key)
    guard let job = try makeJob() as? any EvaluationJob else {
      throw JobError(.internalError, "job '\(key)' is of another type than it was registered with")
    }
    return job
  }

  private func make<J: Job>(
    _ type: J.Type, _ key: String, _ runtime: SettingsTree, on rank: Rank,
    _ change: (inout ExecutionSpec) -> Void
  ) throws -> any Job {
    let name = name ?? (runsBundledSuite ? "bundled" : backbone.map { BackboneLocation($0).name } ?? "local")
    var spec = try rank.spec(root: root, name: name, project: project, group: group)
    change(&spec)
    if let checkpoint = try checkpoint() {
      guard let restorable = J.restorable else {
        throw JobError(.usage, "job '\(key)' takes no checkpoint; leave out --restore")
      }
      return try restored(restorable, checkpoint, spec, runtime)
    }
    guard !J.needsCheckpoint else {
      throw JobError(.usage, "job '\(key)' needs a checkpoint; name one with --restore CKPT")
    }
    let configuration = try J.configuration(runtime: runtime, overrides: overrides)
    if let weights: String = try? configuration.value(of: Backbone.Configuration.weightsKey) {
      _ = try rank.firstOnHost { try BackboneLocation(weights).path(for: spec) }
    }
    let job = try withConfiguration(configuration) { try J(spec: spec) }
    if resume { try job.resumable?.resume() }
    return job
  }

  private func restored<J: RestorableJob>(
    _ type: J.Type, _ checkpoint: Checkpoint, _ spec: ExecutionSpec, _ runtime: SettingsTree
  ) throws -> any Job {
    try J.restored(
      from: checkpoint, spec: spec, runtimeConfig: runtime, overrides: overrides, resume: resume
    ).job
  }

  /// What the settings file changes, and what the options say.
  private func runtimeSettings(
    _ type: any Job.Type, _ key: String, _ file: SettingsTree?
  ) throws -> SettingsTree {
    var settings = file ?? SettingsTree()
    settings["job"] = nil
    let schema = try type.schema()
    settings = settings.changes(from: schema.defaults)
    if let backbone {
      guard restore == nil else {
        throw JobError(.usage, "--backbone and --restore both name a model; give one of them")
      }
      guard schema[Backbone.Configuration.weightsKey] != nil else {
        throw JobError(.usage, "job '\(key)' takes no backbone; name a checkpoint with --restore CKPT")
      }
      settings[Backbone.Configuration.weightsKey] = SettingsTree(.text(backbone))
    }
    let components =
      tasks.map(Self.names) ?? (runsBundledSuite ? BundledSuite.keys : nil)
    if let components {
      settings["eval/evaluations"] = SettingsTree(.list(components.map { SettingsTree(.text($0)) }))
    }
    if !tasksDir.isEmpty {
      settings["eval/task_folders"] = SettingsTree(.list(tasksDir.map { SettingsTree(.text($0)) }))
    }
    if applyChatTemplate { settings["eval/chat"] = SettingsTree(.bool(true)) }
    for (key, text) in [
      ("eval/data", data), ("eval/split", split), ("eval/compat", compat?.rawValue),
      ("eval/system_prompt", systemInstruction),
    ] {
      if let text { settings[key] = SettingsTree(.text(text)) }
    }
    for (key, number) in [("eval/limit", limit), ("eval/num_fewshot", numFewshot)] {
      if let number { settings[key] = SettingsTree(.integer(number)) }
    }
    return settings
  }

  private func checkpoint() throws -> Checkpoint? {
    guard let restore else { return runsBundledSuite ? try BundledSuite.checkpoint() : nil }
    return try Checkpoint(path: try CheckpointStore(root: root).resolve(restore))
  }
}
