import ArgumentParser
import Checkpoints
import Evaluations
import Foundation
import Jobs
import Models
import Runs
import Sharding
import Tasks

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what this program has registered or stored.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case jobs, evaluations, tasks, models, topology, results, checkpoints
  }

  @Argument(help: "List jobs, evaluations, tasks, models, topology, results or checkpoints.")
  var kind: Kind
  @Option(
    help: ArgumentHelp(
      "For evaluations and tasks: look for task files in this folder; may be given again.", valueName: "dir"),
    transform: givenPath)
  var tasksDir: [String] = []
  @Flag(
    help: "For tasks, models, results and checkpoints: print one JSON object a line instead of a table.")
  var json = false
  @Flag(help: "For tasks: list the tasks of groups and tags in place of themselves.")
  var members = false
  @Option(help: ArgumentHelp("For topology: take the model of this job.", valueName: "key"))
  var job: String?
  @Option(
    help: ArgumentHelp("For topology: take this checkpoint, as for 'run'.", valueName: "ckpt"),
    transform: givenPath)
  var restore: String?
  @Option(
    help: ArgumentHelp(
      "For topology: take a model as others saved it, as for 'run'.", valueName: "path|org/name"),
    transform: givenPath)
  var backbone: String?
  @Option(
    help: ArgumentHelp(
      "For topology, results and checkpoints: look below this folder; 'assay' unless given.",
      valueName: "root"),
    transform: givenPath)
  var root: String?
  @OptionGroup var python: PythonOptions
  @OptionGroup var ranks: RankOptions
  @Argument(
    help: ArgumentHelp(
      "For tasks, results and checkpoints: list these names, or patterns such as 'mmlu_*'. For topology: set settings of the model.",
      valueName: "pattern|key=value"))
  var overrides: [String] = []

  func validate() throws {
    let given: [(name: String, isGiven: Bool, of: [Kind])] = [
      ("--tasks-dir", !tasksDir.isEmpty, [.evaluations, .tasks]),
      ("--json", json, [.tasks, .models, .results, .checkpoints]),
      ("--members", members, [.tasks]), ("--job", job != nil, [.topology]),
      ("--restore", restore != nil, [.topology]), ("--backbone", backbone != nil, [.topology]),
      ("--root", root != nil, [.topology, .results, .checkpoints]),
      ("--devices", ranks.devices != nil, [.topology]),
      ("--shard-into", ranks.shardInto != nil, [.topology]), ("--python", python.python != nil, [.tasks]),
      ("--python-timeout", python.pythonTimeout != nil, [.tasks]),
      ("--allow-code", python.allowCode, [.tasks]),
      (
        overrides.first.map { "'\($0)'" } ?? "", !overrides.isEmpty,
        [.tasks, .topology, .results, .checkpoints]
      ),
    ]
    for option in given where option.isGiven && !option.of.contains(kind) {
      let kinds = option.of.map { "'list \($0)'" }.joined(separator: ", ")
      throw ValidationError("\(option.name) is for \(kinds), and does nothing for 'list \(kind)'")
    }
    if kind == .topology, backbone == nil, restore == nil, job != nil || !overrides.isEmpty {
      throw ValidationError("'list topology' shows a model only where --backbone or --restore names one")
    }
  }

  func run() throws {
    switch kind {
    case .jobs:
      printRows(Registry.shared.jobs.map { [$0.key, $0.type.summary] })
    case .tasks:
      let library = try TaskLibrary(
        dataRoot: "data", directories: tasksDir, allowed: try python.allowed())
      let listing = try TaskListing(library, patterns: overrides, asMembers: members)
      print(json ? listing.json : listing.table, terminator: "")
    case .results:
      let listing = try RunListing(RunStore(root: root ?? StoreOptions.usualRoot), patterns: overrides)
      print(json ? listing.json : listing.table, terminator: "")
    case .checkpoints:
      let listing = try CheckpointListing(
        CheckpointStore(root: root ?? StoreOptions.usualRoot), patterns: overrides)
      print(json ? listing.json : listing.table, terminator: "")
    case .evaluations:
      let tasks = try TaskLibrary(dataRoot: "data", directories: tasksDir)
      printRows(
        Registry.shared.evaluations.map { [$0.key, $0.kind.rawValue] }
          + tasks.names.map { [$0, tasks.kind(of: $0) ?? ""] })
    case .models:
      let listing = ModelListing(Backbone.architectures)
      guard !json else { return print(listing.json, terminator: "") }
      printRows(Registry.shared.models.map { [$0.key, parts(of: $0.type)] })
      print("\n" + listing.table)
      print("\n" + listing.quantizations)
    case .topology:
      let hardware = Hardware.detected()
      let topology = try Launch(ranks).topology
      let survey = try survey(on: topology.mesh)
      guard Launch.isMain else { return }
      print("\(hardware.chip.displayName), \(hardware.cores) cores, \(hardware.chip.memory >> 20) MiB")
      print(TopologyListing(topology: topology, survey: survey).text)
    }
  }

  /// What the model that the options name would hold; `nil` where they name none.
  private func survey(on mesh: Mesh) throws -> ModelSurvey? {
    guard restore == nil || backbone == nil else {
      throw JobError(.twoModels("--backbone", "--restore"))
    }
    guard restore != nil || backbone != nil else { return nil }
    let key = job ?? EvaluationJobKey.usual(backbone: backbone)
    guard let type = try Registry.shared.job(key).surveyed else {
      throw JobError(.unfit(job: key, .showsNoModel))
    }
    let checkpoint = try restore.map {
      try Checkpoint(path: try CheckpointStore(root: root ?? StoreOptions.usualRoot).resolve($0))
    }
    return try type.survey(restore: checkpoint, backbone: backbone, overrides: overrides, on: mesh)
  }

  private func parts(of model: any LanguageModel.Type) -> String {
    model.gather().map { "\($0)" }.joined(separator: ", ")
  }

  /// Names and what they are, in two columns without a header, so that a script can read them.
  private func printRows(_ rows: [[String]]) {
    for line in TextTable.columns(rows) { print(line) }
  }
}
