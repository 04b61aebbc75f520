import Basics
import Configurate
import Evaluations
import Foundation
import Jobs
import Journals
import Models
import TensorCore
import Tokenization

extension Evaluator {
  /// Whether results for exactly these evaluations, this model and these settings are on disk already.
  ///
  /// On several ranks, all ask and the main one looks.
  var hasResults: Bool {
    let finished = spec.isMain ? try? FinishedRun(folder: spec.resultPath("")) : nil
    // The model is loaded by all ranks or by none.
    guard (try? spec.agree(finished != nil)) == true, (try? model) != nil else { return false }
    return (try? spec.agree(finished.map(isFinished) ?? false)) ?? false
  }

  private func isFinished(_ finished: FinishedRun) -> Bool {
    guard
      let settings = try? String(
        contentsOfFile: spec.resultPath(ResultsFile.configurationName), encoding: .utf8)
    else { return false }
    return finished.provenance.weights == weightsDigest && finished.provenance.shards == spec.shardsIfCut
      && settings == settingsText
  }

  /// Runs all evaluations and writes `config.yaml`, the samples and `results.json`, the latter last and whole.
  ///
  /// Responses that the journal has are not computed again; each pass's responses are in it before the next pass begins.
  /// Of several ranks, the main one scores and writes.
  func runAndSave() throws -> [EvaluationResult] {
    if spec.isMain { try spec.checkWritable() }
    let model = try self.model
    try spec.communicator.requireSame(Array((weightsDigest ?? "").utf8), named: "weights")
    let started = Date()
    let responses = ModelResponses(try engine(), journal: try journal(), over: spec.communicator)
    guard spec.isMain else {
      let asked = try samples(blockSize: model.blockSize)
      let found = try responses.responses(to: asked.joined().flatMap(\.requests)) { _, _ in }
      try savePlots(of: asked.first?.first, found)
      return []
    }
    let scored = try score(with: responses, blockSize: model.blockSize)
    let first = scored.first?.samples.first
    try savePlots(of: first?.sample, first?.responses ?? [])
    let run = RunReport(
      started: started, seconds: Date().timeIntervalSince(started), computed: responses.computed,
      remembered: responses.remembered, hardware: spec.hardware, threads: Team.shared.threadCount)
    return try save(
      scored,
      Provenance(
        weights: weightsDigest, tokenizer: tokenizer.identity, kernels: "\(InstructionSet.current)",
        mode: model.mode.rawValue, blockSize: model.blockSize, length: length,
        shards: spec.shardsIfCut), run)
  }

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
    let responses = try RecordedResponses(folder: folder, evaluations: evaluations)
    let scored = try score(with: responses, blockSize: finished.provenance.blockSize)
    let run = RunReport(
      started: Date(), seconds: 0, computed: 0, remembered: scored.reduce(0) { $0 + $1.samples.count },
      hardware: spec.hardware, threads: Team.shared.threadCount)
    return try save(scored, finished.provenance, run)
  }

  private func save(
    _ scored: [ScoredEvaluation], _ provenance: Provenance, _ run: RunReport
  ) throws -> [EvaluationResult] {
    let results = scored.map { EvaluationResult($0, reduce: .mean, returnIntermediates: false) }
    try spec.result(ResultsFile.configurationName) { settingsText }
    for evaluation in scored {
      try spec.result(SamplesFile.name(of: evaluation.evaluation.name)) {
        SamplesFile.text(evaluation.samples)
      }
    }
    if writesHarnessFiles {
      let files = HarnessFiles(
        scored: scored, results: results, groups: groups, provenance: provenance, run: run,
        model: (try? configuration.value(of: "architecture/backbone/weights")) ?? spec.job.name, limit: limit,
        tokenizer: tokenizer, chat: chatContext)
      for file in try files.all() { try spec.result(file.path) { file.text } }
    }
    let file = ResultsFile(spec: spec, results: results, groups: groups, provenance: provenance, run: run)
    try spec.result(ResultsFile.name) { file.json.indented + "\n" }
    return results
  }

  /// The journal of these weights in this mode; none for a model that was given, which may change.
  ///
  /// - Parameter existing: Whether a journal that is not there yet is not made.
  func journal(existing: Bool = false) throws -> Journal? {
    guard let weightsDigest, spec.isMain else { return nil }
    let mode = try model.mode
    // In float32 all instruction sets agree to the bit; in bfloat16 they are only each true to itself.
    let kernels = mode == .float32 ? "" : "-\(InstructionSet.current)"
    // Shards add up their terms in another order than one rank.
    let shards = spec.shardsIfCut.map { "-\($0) shards" } ?? ""
    // What the weights were rounded to when they were read.
    let parameters = try withConfiguration(configuration) { try configure(NumericTypes.self) }.parameter
    let path = "\(spec.root)/journal/\(weightsDigest.prefix(16))-\(mode.rawValue).sqlite"
    if existing, !FileManager.default.fileExists(atPath: path) { return nil }
    return try Journal(
      path: path,
      identity: JournalIdentity(
        tokenizer: tokenizer.identity,
        numerics: "\(numericsVersion)\(kernels)\(shards)-\(parameters)-\(weightsDigest)"
      ))
  }
}

/// The version of the arithmetic, to be raised by whoever changes a bit of any score.
private let numericsVersion = 1
