import Basics
import Configurate
import Evaluations
import Files
import Foundation
import Jobs
import Models
import Runs
import Tasks
import TensorCore
import Tokenization

extension Evaluator {
  /// Runs all evaluations and keeps `config.yaml`, the samples and `results.json`, the latter last and whole.
  ///
  /// Responses that the journal has are not computed again; each pass's responses are in it before the next pass begins.
  /// Of several ranks, the main one scores and writes.
  func runAndSave() throws -> [EvaluationResult] {
    if spec.isMain { try spec.checkWritable() }
    let responder = try responder()
    let responses = responder.source
    let weights = try weightsIdentity()
    try spec.communicator.requireSame(Array((weights ?? "").utf8), named: "weights")
    let started = Date()
    guard spec.isMain else {
      let asked = try samples(blockSize: responder.blockSize, vocabularySize: responder.vocabularySize)
      let found = try responses.responses(to: asked.joined().flatMap(\.requests)) { _ in }
      try savePlots(of: asked.first?.first, found, in: nil)
      return []
    }
    let runs = KeptRuns(spec)
    let id = runs.id(started: started, digest: digest(of: weights))
    let mark = try runs.begin(id, settings: settingsText)
    spec.event?(.began(folder: runs.path(id)))
    let scored: [ScoredEvaluation]
    do {
      scored = try score(
        with: responses, blockSize: responder.blockSize, vocabularySize: responder.vocabularySize,
        beginning: { watch($0, responses) })
    } catch {
      mark.abandon()
      throw error
    }
    let first = scored.first?.samples.first
    try savePlots(of: first?.sample, first?.responses ?? [], in: runs.path(id, ResultFiles.plots))
    let run = RunReport(
      started: started, seconds: Date().timeIntervalSince(started), computed: responses.computed,
      cacheHits: responses.cacheHits, hardware: spec.hardware, threads: ThreadPool.shared.threadCount,
      model: origin, checkpoint: weightsPath.map(absolutePath), data: dataPath, id: id)
    var provenance = Provenance(
      weights: weights, tokenizer: tokenizer.identity, kernels: responder.kernels,
      mode: responder.mode, blockSize: responder.blockSize, length: length, shards: spec.shardsIfCut,
      documents: documents, sampling: sampling.record, python: pythonRecord, seed: options.seed,
      numerics: numericsVersion, evaluations: evaluationRecords)
    provenance.programs = programsRecord
    return try withExtendedLifetime(mark) { try save(scored, provenance, run, as: id) }
  }

  func save(
    _ scored: [ScoredEvaluation], _ provenance: Provenance, _ run: RunReport, as id: String
  ) throws -> [EvaluationResult] {
    let results = try scored.map { try EvaluationResult($0, reduce: .mean, returnIntermediates: false) }
    let runs = KeptRuns(spec)
    try WholeFile.write(settingsText, to: runs.path(id, ResultFiles.configuration))
    let names = ResultFiles.samples(of: evaluations.map(\.name))
    for evaluation in scored {
      let name = names[evaluation.evaluation.name] ?? ""
      try WholeFile.write(SamplesFile.text(evaluation.samples), to: runs.path(id, name))
    }
    if spec.resultForms.contains(.harness) {
      let model: String? = try? configuration.value(of: Backbone.Configuration.weightsKey)
      let files = HarnessFiles(
        scored: scored, results: results, groups: groups, provenance: provenance, run: run,
        model: model ?? spec.job.name, limit: limit, tokenizer: tokenizer, chat: chatContext)
      for file in try files.all() { try WholeFile.write(file.text, to: runs.path(id, file.path)) }
    }
    let result = RunResult(results, groups: groups, job: spec.job, provenance: provenance, run: run)
    try runs.publish(id) {
      try WholeFile.write(result.json.indented + "\n", to: runs.path(id, ResultFiles.results))
    }
    (lastRun, finishedRun) = (result, id)
    for evaluation in result.evaluations { spec.event?(.evaluated(evaluation)) }
    return results
  }

  /// Reports what evaluations come to while their requests are answered, where anyone looks on.
  private func watch(_ asked: [[Sample]], _ responses: any CountedResponses) {
    guard let event = spec.event else { return }
    let running = RunningScores(zip(evaluations, asked), event: event)
    responses.answered = { running.note($0, $1) }
  }
}

extension RunResult {
  /// A run's results, and what its groups sum up.
  init(
    _ results: [EvaluationResult], groups: [TaskGroup], job: JobSpec, provenance: Provenance, run: RunReport
  ) {
    let members = results.map { ($0.name, TaskGroup.Result(metrics: $0.metrics, documents: $0.samples)) }
    let byName = Dictionary(members) { first, _ in first }
    self.init(
      job: job,
      evaluations: results.map {
        Evaluation(name: $0.name, metrics: $0.metrics, samples: $0.samples, counts: $0.counts)
      },
      groups: groups.map {
        Group(name: $0.name, evaluations: $0.tasks, metrics: $0.metrics(of: byName))
      }, provenance: provenance, run: run)
  }
}
