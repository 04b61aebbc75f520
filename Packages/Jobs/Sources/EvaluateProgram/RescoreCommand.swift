import ArgumentParser
import Configurate
import Evaluating
import Foundation
import Jobs

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
      "Take a folder of results: ROOT/results/PROJECT/GROUP/NAME, or one of its runs: …/NAME/runs/ID.",
      valueName: "results"), transform: givenPath)
  var results: String
  @Option(help: ArgumentHelp("Write results in the form of another tool too: lm-eval.", valueName: "format"))
  var outputFormat: Peer?
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false
  @Argument(help: ArgumentHelp("Set settings, such as eval.task_folders=[mine].", valueName: "key=value"))
  var overrides: [String] = []

  func run() throws {
    let place = try ResultsFolder(results)
    let key = try place.settings.value(of: "job") ?? "gpt/evaluate"
    let job = try make(Registry.shared.evaluationJob(key), place)
    try job.rescore(results)
    try show(job.outcome, asJSON: json)
  }

  private func make<J: EvaluationJob>(_ type: J.Type, _ place: ResultsFolder) throws -> any EvaluationJob {
    var spec = try ExecutionSpec.local(
      root: place.root, name: place.name, project: place.project, group: place.group)
    if let outputFormat { spec.resultForms = [outputFormat.form] }
    return try withConfiguration(J.configuration(checkpoint: place.settings, overrides: overrides)) {
      try J(spec: spec)
    }
  }
}
