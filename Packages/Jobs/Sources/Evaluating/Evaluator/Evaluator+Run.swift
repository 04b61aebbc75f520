import Basics
import Checkpoints
import Configurate
import Digests
import Evaluations
import Files
import Foundation
public import Jobs
import Journals
import Models
import Runs
import Sandbox
import Tasks
import Templating
import TensorCore
import Tokenization

extension Evaluator {
  /// The run that has asked exactly this of exactly this model, of those that are kept; looks at no weights.
  ///
  /// On several ranks, all ask and the main one looks.
  func findFinishedRun() throws -> Bool {
    let runs = KeptRuns(spec)
    // What identifies the weights is found by all ranks or by none.
    guard try spec.agree(spec.isMain && !runs.ids.isEmpty) else { return false }
    let weights = try weightsIdentity()
    guard spec.isMain else { return try spec.agree(false) }
    finishedRun = runs.ids(digest: digest(of: weights)).first { isFinished(runs, $0, weights) }
    return try spec.agree(finishedRun != nil)
  }

  private func isFinished(_ runs: KeptRuns, _ id: String, _ weights: String?) -> Bool {
    guard let result = try? RunResult(contentsOf: runs.path(id, ResultFiles.results)),
      let settings = try? String(contentsOfFile: runs.path(id, ResultFiles.configuration), encoding: .utf8)
    else { return false }
    return result.provenance.weights == weights && result.provenance.shards == spec.shardsIfCut
      && result.provenance.documents?.wave == spec.wave
      && Self.foreignKernels(result.provenance.kernels)
        == Self.foreignKernels(InstructionSet.current.identity)
      && settings == settingsText
  }

  /// What is the same for every run that asks the same.
  private func digest(of weights: String?) -> String {
    let wave = spec.wave.map { ["wave \($0.seed) \($0.first)"] } ?? []
    let kernels = Self.foreignKernels(InstructionSet.current.identity).map { ["kernels \($0)"] } ?? []
    return KeptRuns.digest(
      [settingsText, weights ?? "", "\(spec.shardsIfCut ?? 1)"] + wave + identities + rules + kernels)
  }

  /// Kernels whose results are none of ours, and are not taken for them.
  private static func foreignKernels(_ identity: String) -> String? {
    identity.hasPrefix(InstructionSet.openblas.name) ? identity : nil
  }

  /// Gives the place of the latest run to the one that was found, and makes other forms of its samples.
  func showFinishedRun() throws {
    guard spec.isMain, let id = finishedRun else { return }
    let runs = KeptRuns(spec)
    if spec.resultForms.isEmpty {
      lastRun = try RunResult(contentsOf: runs.path(id, ResultFiles.results))
      try runs.publish(id)
    } else {
      try rescore(runs.path(id))
    }
  }

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

  /// - Parameter folder: Where the run left its `results.json` and samples.
  /// - Throws: ``JobError`` where they are missing or damaged, or where this job asks what they do not answer.
  @discardableResult
  public func rescore(_ folder: String) throws -> [EvaluationResult] {
    try spec.checkWritable()
    let run = try StoredRun(folder: folder)
    var provenance = try run.finished().provenance
    guard provenance.tokenizer == tokenizer.identity else {
      throw JobError(
        .otherTokenizer(path: folder, expected: provenance.tokenizer, found: tokenizer.identity))
    }
    let responses = try RecordedResponses(run, evaluations: evaluations)
    let scored = try score(with: responses, blockSize: provenance.blockSize, vocabularySize: nil)
    let id = KeptRuns(spec).id(started: Date(), digest: digest(of: provenance.weights))
    let report = RunReport(
      started: Date(), seconds: 0, computed: 0, cacheHits: scored.reduce(0) { $0 + $1.samples.count },
      hardware: spec.hardware, threads: ThreadPool.shared.threadCount, model: run.model,
      checkpoint: run.result?.run.checkpoint, data: dataPath, id: id)
    (provenance.documents, provenance.sampling) = (documents, sampling.record)
    (provenance.python, provenance.programs) = (pythonRecord, programsRecord)
    (provenance.seed, provenance.version) = (options.seed, assayVersion)
    provenance.evaluations = evaluationRecords
    return try save(scored, provenance, report, as: id)
  }

  /// The Python that functions of the tasks ran in.
  private var pythonRecord: Provenance.PythonRecord? {
    let definitions = evaluations.map(\.definition).filter(\.callsPython)
    guard !definitions.isEmpty, let version = spec.allowed.python?.version else { return nil }
    return .init(version: version, functions: Set(definitions.flatMap(\.functions)).sorted())
  }

  /// How programs of the tasks ran.
  private var programsRecord: Provenance.ProgramsRecord? {
    guard let sandbox = spec.allowed.sandbox, evaluations.contains(where: \.definition.runsPrograms) else {
      return nil
    }
    return .init(
      isolation: sandbox.isolation.names, seconds: sandbox.limits.seconds, memory: sandbox.limits.memory)
  }

  private func save(
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

  /// The journal of these weights in this mode; none for a model that was given, which may change.
  ///
  /// - Parameter existing: Whether a journal that is not there yet is not made.
  func journal(existing: Bool = false) throws -> Journal? {
    guard let weightsDigest, spec.isMain else { return nil }
    let mode = try model.mode
    let kernels = Self.foreignKernels(InstructionSet.current.identity).map { "-\($0)" } ?? ""
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

/// The version of the arithmetic. Raise it with any change that changes a bit of a score.
private let numericsVersion = 1

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
