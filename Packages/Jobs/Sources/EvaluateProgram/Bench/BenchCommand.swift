import ArgumentParser
import Basics
import Evaluating
import Foundation
import Jobs
import TensorCore

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast a model reads and writes on this machine, in each mode.",
    discussion: """
      Reads a prompt and writes tokens by the passes that 'run' makes, in every mode that the model's files support, and puts \
      the rates beside what the machine does at most, measured in the same run: multiply-adds in registers by the mode's \
      instruction, and reading memory. Weights that a cache holds are read faster than memory. ASSAY_THREADS sets the threads.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv
  }

  @OptionGroup var model: ModelOptions
  @Option(
    help: ArgumentHelp(
      "Measure these modes, separated by commas: float32, bfloat16, int16, int8; all that the files support, unless given.",
      valueName: "a,b,…"))
  var modes: String?
  @Option(
    help: ArgumentHelp(
      "Read a prompt of so many tokens, or none for 0; 512, or the model's block, unless given.",
      valueName: "n"))
  var prompt: Int?
  @Option(
    help: ArgumentHelp(
      "Write so many tokens in each sequence, or none for 0; 128, or what the model's block leaves, unless given.",
      valueName: "n"))
  var generate: Int?
  @Option(
    help: ArgumentHelp(
      "Write so many sequences side by side, each number measured by itself.", valueName: "a,b,…"))
  var sequences = "1,8,32"
  @Option(help: ArgumentHelp("Measure so often at most, after once that does not count.", valueName: "n"))
  var repetitions = 5
  @Option(
    help: ArgumentHelp(
      "Begin no repetition after so many seconds of them, once there are two; count the pass before them where it took longer.",
      valueName: "n"))
  var seconds = 2
  @Option(help: "Write what was measured as a table, json or csv.")
  var format: Format = .table
  @OptionGroup var store: StoreOptions
  @Argument(help: ArgumentHelp("Settings of the model.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws {
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) throws {
      guard holds else { throw ValidationError("--\(name) must be \(expected), found \(found)") }
    }
    let most = 1 << 20
    try require((0...most).contains(prompt ?? 0), "prompt", "from 0 to \(most)", prompt ?? 0)
    try require((0...most).contains(generate ?? 0), "generate", "from 0 to \(most)", generate ?? 0)
    try require((1...1000).contains(repetitions), "repetitions", "from 1 to 1000", repetitions)
    try require((0...86_400).contains(seconds), "seconds", "from 0 to 86400", seconds)
    guard prompt != 0 || generate != 0 else {
      throw ValidationError("--prompt 0 and --generate 0 leave nothing to measure")
    }
    _ = try (sequenceCounts(), namedModes())
    guard !model.isEmpty else {
      throw ValidationError("name a model with --backbone or --restore")
    }
  }

  func run() throws {
    let plan = SpeedPlan(
      prompt: prompt, generate: generate, sequences: try sequenceCounts(), repetitions: repetitions,
      seconds: Double(seconds))
    let modes = try namedModes() ?? job(in: nil).modes()
    let bar = ProgressBar()
    defer { bar.clear() }
    var measurements: [SpeedMeasurement] = []
    var peaks: [ComputeMode: Double] = [:]
    for mode in modes {
      // Twice: other programs, or a hypervisor, may disturb one of them.
      let before = MachinePeaks.multiplyAdds(mode)
      measurements += try job(in: mode, bar.draw).measureSpeed(plan)
      peaks[mode] = max(before, MachinePeaks.multiplyAdds(mode))
    }
    let report = BenchReport(model: model.backbone ?? model.restore ?? "", measurements, peaks: peaks)
    bar.clear()
    switch format {
    case .table: print(report.text)
    case .json: print(report.json.indented)
    case .csv: print(report.csv)
    }
  }

  /// A job that has the model, and no evaluations.
  private func job(
    in mode: ComputeMode?, _ progress: @escaping @Sendable (JobProgress) -> Void = { _ in }
  ) throws -> any EvaluationJob {
    let settings = mode.map { ["architecture.dtype.activation=\($0.rawValue)"] } ?? []
    var options = try RunOptions.parse(["eval.evaluations=[]"] + overrides + settings)
    (options.model, options.store) = (model, store)
    let selection = try options.selection()
    let job = try options.makeJob(selection) { spec in
      spec.withoutEvaluations = true
      spec.progress = progress
    }
    guard let job = job.evaluating else { throw JobError(.unfit(job: selection.key, .runsNoEvaluations)) }
    return job
  }

  private func namedModes() throws -> [ComputeMode]? {
    try modes?.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let mode = ComputeMode(rawValue: String(word)) else {
        let known = ComputeMode.allCases.map(\.rawValue)
        throw ValidationError(
          "--modes must name some of \(known.joined(separator: ", ")), found '\(word)'\(suggestion(for: String(word), among: known))"
        )
      }
      return mode
    }
  }

  private func sequenceCounts() throws -> [Int] {
    try sequences.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let count = Int(word), (1...4096).contains(count) else {
        throw ValidationError("--sequences must be numbers from 1 to 4096, found '\(word)'")
      }
      return count
    }
  }
}
