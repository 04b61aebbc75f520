import Configurate
import Evaluation
import Foundation
import Journal
import Models
import TensorCore
import Tokenization

extension Evaluator {
  /// Whether results for exactly these evaluations, this model and these settings are on disk already.
  var hasResults: Bool {
    guard
      let finished = try? FinishedRun(folder: spec.resultPath("")),
      let settings = try? String(
        contentsOfFile: spec.resultPath(ResultsFile.configurationName), encoding: .utf8)
    else { return false }
    return finished.provenance.weights == weightsDigest && settings == configuration.yaml
  }

  /// Runs all evaluations and writes `config.yaml`, the samples and `results.json`, the latter last and whole.
  ///
  /// Answers that the journal has are not computed again; each pass's answers are in it before the next pass begins.
  func runAndSave() throws -> [EvaluationResult] {
    try spec.checkWritable()
    let started = Date()
    let model = try model
    let answers = ModelAnswers(try engine(), journal: try journal())
    let judged = try judge(with: answers, blockSize: model.blockSize)
    let run = RunReport(
      started: started, seconds: Date().timeIntervalSince(started), computed: answers.computed,
      remembered: answers.remembered, hardware: spec.hardware, threads: Team.shared.threadCount)
    return try save(
      judged,
      Provenance(
        weights: weightsDigest, tokenizer: tokenizer.identity, kernels: "\(InstructionSet.current)",
        mode: model.mode.rawValue, blockSize: model.blockSize, length: length), run)
  }

  /// Computes metrics again from the samples of a finished run, without a model, and saves them as this job's results.
  ///
  /// - Parameter folder: Where the run left its `results.json` and samples.
  /// - Throws: ``JobError`` where they are missing or damaged, or where this job asks what they do not answer.
  @discardableResult
  public func rescore(_ folder: String) throws -> [EvaluationResult] {
    try spec.checkWritable()
    let finished = try FinishedRun(folder: folder)
    guard finished.provenance.tokenizer == tokenizer.identity else {
      throw JobError(
        .badData,
        "the run in '\(folder)' used tokenizer '\(finished.provenance.tokenizer)', this one is '\(tokenizer.identity)'"
      )
    }
    let answers = try RecordedAnswers(folder: folder, evaluations: evaluations)
    let judged = try judge(with: answers, blockSize: finished.provenance.blockSize)
    let run = RunReport(
      started: Date(), seconds: 0, computed: 0, remembered: judged.reduce(0) { $0 + $1.samples.count },
      hardware: spec.hardware, threads: Team.shared.threadCount)
    return try save(judged, finished.provenance, run)
  }

  private func save(
    _ judged: [JudgedEvaluation], _ provenance: Provenance, _ run: RunReport
  ) throws -> [EvaluationResult] {
    let results = judged.map { EvaluationResult($0, reduce: .mean, returnIntermediates: false) }
    try spec.result(ResultsFile.configurationName) { configuration.yaml }
    for evaluation in judged {
      try spec.result(SamplesFile.name(of: evaluation.evaluation.name)) {
        SamplesFile.text(evaluation.samples)
      }
    }
    let file = ResultsFile(spec: spec, results: results, groups: groups, provenance: provenance, run: run)
    try spec.result(ResultsFile.name) { file.json.text + "\n" }
    return results
  }

  /// The journal of these weights in this mode; none for a model that was given, which may change.
  private func journal() throws -> Journal? {
    guard let weightsDigest, spec.isMain else { return nil }
    let mode = try model.mode
    // In float32 all instruction sets agree to the bit; in bfloat16 they are only each true to itself.
    let kernels = mode == .float32 ? "" : "-\(InstructionSet.current)"
    // What the weights were rounded to when they were read.
    let parameters = try withConfiguration(configuration) { try configure(NumericTypes.self) }.parameter
    return try Journal(
      path: "\(spec.root)/journal/\(weightsDigest.prefix(16))-\(mode.rawValue).sqlite",
      identity: JournalIdentity(
        tokenizer: tokenizer.identity, numerics: "\(numericsVersion)\(kernels)-\(parameters)-\(weightsDigest)"
      ))
  }
}

/// The version of the arithmetic, to be raised by whoever changes a bit of any score.
private let numericsVersion = 1
