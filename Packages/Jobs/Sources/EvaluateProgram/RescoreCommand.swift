import ArgumentParser
import Configurate
import Evaluating
import Foundation
import Jobs
import Runs

struct RescoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescore",
    abstract: "Compute metrics again from the samples of a finished run, without a model.",
    discussion: """
      For task files whose metrics or filters have changed: what was asked must be the same. The run's own settings, in \
      its config.yaml, hold unless KEY=VALUE says otherwise. What other settings come to is kept beside it, as of a \
      run of its own.
      """)

  @Argument(
    help: ArgumentHelp(
      "Take this run: its name, its id or the beginning of one, or a folder, ROOT/results/PROJECT/GROUP/NAME or one of its runs, …/NAME/runs/ID.",
      valueName: "run"), transform: givenPath)
  var results: String
  @OptionGroup var store: StoreOptions
  @Option(help: ArgumentHelp("Write results in the form of another tool too: lm-eval.", valueName: "format"))
  var outputFormat: Peer?
  @OptionGroup var python: PythonOptions
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false
  @Argument(help: ArgumentHelp("Set settings, such as eval.task_folders=[mine].", valueName: "key=value"))
  var overrides: [String] = []

  func run() throws {
    let run = try store.run(results)
    let job = try make(EvaluationJobKey.job(of: run.settings()), run)
    try job.rescore(run.folder)
    try show(job.outcome, asJSON: json)
  }

  private func make<J: EvaluationJob>(_ type: J.Type, _ run: StoredRun) throws -> any EvaluationJob {
    guard let root = run.root, let name = run.name else { throw JobError(.notResults(path: run.folder)) }
    let result = try run.finished()
    var spec = try ExecutionSpec.local(
      root: root, name: name.name, project: result.project, group: result.group)
    spec.allowed = try python.allowed()
    PythonOptions.reportIsolation()
    if let outputFormat { spec.resultForms = [outputFormat.form] }
    return try withConfiguration(J.configuration(checkpoint: try run.settings(), overrides: overrides)) {
      try J(spec: spec)
    }
  }
}
