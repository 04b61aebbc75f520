import ArgumentParser
import Backbones
import Comparing
import Foundation
import Jobs
import Runs

struct RunCommand: ParsableCommand, Sendable {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a job: by default the evaluations of a checkpoint.",
    discussion: """
      Settings: the job's defaults, then the checkpoint's own, then those of --config, then KEY=VALUE.
      Results go to ROOT/results/PROJECT/GROUP/NAME/results.json, checkpoints of a training job to ROOT/checkpoints.
      Several models, by --backbone and --restore given again or a pattern of checkpoints, take turns: what they are asked is \
      prepared once where they read it alike, each has a run of its own, and a table puts all side by side.
      """)

  @OptionGroup var options: RunOptions
  @Option(help: ArgumentHelp("Write results in the form of another tool too: lm-eval.", valueName: "format"))
  var outputFormat: Peer?
  @Option(
    help: ArgumentHelp(
      "Add what happens to this file, a line of JSON for each event; see RESULTS.md.", valueName: "file"),
    transform: givenPath)
  var events: String?
  @Option(
    help: ArgumentHelp(
      "End the run, and report which rank waits for which, once a rank has waited so long; else wait for ever.",
      valueName: "seconds"))
  var patience: Double?
  @Flag(help: "Print one JSON object instead of a table, or one for each of several models.")
  var json = false

  func validate() throws {
    guard let patience else { return }
    guard patience > 0, patience <= 1e9 else {
      throw ValidationError("--patience must be more than 0 and at most 1e9 seconds, found \(patience)")
    }
  }

  func run() throws {
    let launch = try Launch(options.ranks)
    if patience != nil, case .alone = launch {
      throw JobError(
        .option(
          "--patience",
          .isFor(
            "ranks that wait for each other",
            because: "there is one; give --devices, or start processes with mpirun or srun")))
    }
    try launch.run(patience: patience.map { .seconds($0) }) { rank in try run(on: rank) }
  }

  private func run(on rank: Rank) throws {
    let models = try options.eachModel()
    let prepared = models.count > 1 ? PreparedRequests() : nil
    if prepared != nil { try findFiles(of: models, on: rank) }
    var folders: [String] = []
    var loss: JobError?
    for (index, options) in models.enumerated() {
      if index > 0 { try rank.beginNextModel() }
      let log = rank.isMain ? try EventLog(path: events) : nil
      let outcome = try outcome(of: options, prepared, on: rank, log)
      loss = loss ?? log?.loss
      guard rank.isMain else { continue }
      if prepared != nil, !json { print("\(index > 0 ? "\n" : "")\(options.name ?? "")") }
      try show(outcome, asJSON: json)
      if case .results(_, let folder) = outcome { folders.append(folder) }
    }
    if folders.count > 1, !json {
      let table = try RunTable(folders.map { try StoredRun(folder: $0) })
      print("\n\(RunTableText(table, showsSubtasks: false).text)")
    }
    if let loss { throw loss }
  }

  /// Makes sure that the files of all models are there before the first is asked.
  private func findFiles(of models: [RunOptions], on rank: Rank) throws {
    for path in models.compactMap(\.model.backbone) where !RemoteOptions.isServer(path) {
      _ = try rank.firstOnHost { try BackboneLocation(path).path(for: nil) }
    }
  }

  /// Runs the job on the one model of some options.
  private func outcome(
    of options: RunOptions, _ prepared: PreparedRequests?, on rank: Rank, _ log: EventLog?
  ) throws -> JobOutcome {
    let selection = try options.selection()
    guard outputFormat == nil && prepared == nil || selection.type.evaluating != nil else {
      throw JobError(.unfit(job: selection.key, .runsNoEvaluations))
    }
    guard options.ranks.devices ?? 1 == 1 || selection.type.surveyed != nil else {
      throw JobError(.unfit(job: selection.key, .usesOneRank))
    }
    return try options.perform(selection, on: rank, log) { spec in
      if let outputFormat { spec.resultForms = [outputFormat.form] }
      spec.prepared = prepared
    }
  }
}
