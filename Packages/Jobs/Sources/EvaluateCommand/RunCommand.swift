import ArgumentParser
import Configurate
import Evaluating
import Foundation
import Jobs
import Training

struct RunCommand: ParsableCommand, Sendable {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a job: by default the evaluations of a checkpoint.",
    discussion: """
      Settings: the job's defaults, then the checkpoint's own, then those of --config, then KEY=VALUE.
      Results go to ROOT/results/PROJECT/GROUP/NAME/results.json, checkpoints of a training job to ROOT/checkpoints.
      """)

  @OptionGroup var options: RunOptions
  @Option(help: ArgumentHelp("Write results in the form of another tool too: lm-eval.", valueName: "format"))
  var outputFormat: Peer?
  @Option(
    help: ArgumentHelp(
      "End the run, and say who waits for whom, once a rank has waited so long for another; else it waits for ever.",
      valueName: "seconds"))
  var patience: Double?
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func validate() throws {
    guard let patience else { return }
    guard patience > 0, patience <= 1e9 else {
      throw ValidationError("--patience must be more than 0 and at most 1e9 seconds, found \(patience)")
    }
  }

  func run() throws {
    let launch = try Launch(options.ranks)
    try launch.run(patience: patience.map { .seconds($0) }) { rank in try run(on: rank) }
  }

  private func run(on rank: Rank) throws {
    if rank.isMain || rank.isProcess {
      switch try options.jobType() {
      case is any EvaluationJob.Type: Interruption.endsEvaluation(speaks: rank.isMain)
      case is any TrainingJob.Type: Interruption.endsTraining(speaks: rank.isMain)
      default: break
      }
    }
    let job = try options.makeJob(on: rank)
    (job as? any EvaluationJob)?.writesHarnessFiles = outputFormat == .harness
    if job.done {
      guard rank.isMain else { return }
      standardError.write("already done, skipping\n")
      // Another form is made of the samples that are there.
      if outputFormat != nil { try (job as? any EvaluationJob)?.rescore(job.spec.resultPath("")) }
    } else {
      let bar = ProgressBar()
      let unit = job is any EvaluationJob ? "requests" : "bytes"
      if rank.isMain {
        job.progress = { bar.draw(JobProgress(unit: unit, completed: $0, total: $1)) }
        (job as? any TrainingJob)?.report = { training in
          let numbers = String(format: "loss %.3f, %.0f tokens/s", training.loss, training.tokensPerSecond)
          bar.draw(
            JobProgress(
              unit: "updates", completed: training.updates, total: training.total, detail: numbers,
              secondsLeft: training.secondsLeft...training.secondsLeft))
        }
      }
      (job as? any TrainingJob)?.isToldToStop = { Interruption.isToldToStop }
      defer { if rank.isMain { bar.clear() } }
      try (job as? any EvaluationJob)?.prepare()
      try rank.shareCores()
      try job.run()
    }
    if rank.isMain { try show(job.spec, asJSON: json) }
  }
}

/// The tools whose files and quirks can be asked for.
enum Peer: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// lm-evaluation-harness
  case harness = "lm-eval"
}

/// Shows the results that a job left, if it is one that leaves results.
func show(_ spec: ExecutionSpec, asJSON json: Bool) throws {
  let path = spec.resultPath("results.json")
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
  print(json ? text : try ResultsTable(text, name: path).text, terminator: json ? "" : "\n")
  let peak: Int? = try? SettingsTree(yaml: text, name: path).value(of: "run/peak_memory_bytes")
  let memory = peak.map { "; the run held at most \($0 >> 20) MiB of memory" } ?? ""
  standardError.write("results in \(path)\(memory)\n")
}
