import Basics
public import Configurate
public import Evaluating
import Evaluations
import Figures
import Files
import Foundation
public import Jobs
import Logging
public import Models
import Runs
import Sharding
import Synchronization
public import TensorCore
import Tokenization

/// `gpt/train/pretrain` and its like: trains a model on data sets, validates, evaluates, and leaves checkpoints.
///
/// The flow is ``run()``. Everything that an update depends on is the settings, the weights, the optimiser's state and the
/// update's number; a checkpoint holds them, so that a run that was killed goes on to the same bits.
open class Trainer<Model: LanguageModel>: BaseTrainer<Model>, ResumableJob, StoppableJob {
  /// What the run reads, and what it does besides updates.
  public let plan: TrainerSettings
  public var shouldStop: () -> Bool
  private let isStopRequested = Atomic(false)
  let log = Logger(label: "assay.train")
  let evaluator: Evaluator<Model>?
  private var held: [TrainingRow] = []
  /// Of validations: the last, and the best of those whose checkpoint was saved.
  var score: Double?
  var bestScore = -Double.infinity
  /// The suffix of the run's own checkpoint that it resumes from, until it has.
  var resumedFrom: String?

  override open class var summary: String { "trains a \(Model.self) from scratch" }
  override open class var settings: [any Settings.Type] {
    super.settings + [TrainerSettings.self, LoopEvaluations.self, EvaluatorConfig.self]
  }

  /// - Throws: Also what makes an evaluation that `eval/evaluations` names impossible.
  public required init(spec: ExecutionSpec) throws {
    plan = try configure(TrainerSettings.self)
    let isEvaluated = try plan.evaluates && !configure(LoopEvaluations.self).components.isEmpty
    evaluator = isEvaluated ? try Self.makeEvaluator(spec) : nil
    shouldStop = spec.shouldStop
    try super.init(spec: spec)
    evaluator?.progress = { _ in }  // what is shown of a run of training are its updates
  }

  override open class var interruption: JobInterruption { .stopsOnRequest }
  override open var resumable: (any ResumableJob)? { self }
  override open var stoppable: (any StoppableJob)? { self }
  override open var done: Bool { isDone }
  /// The run's final checkpoint, if it is there.
  override open var outcome: JobOutcome {
    get throws {
      guard spec.isMain, isDone, let folder = try? finalLocation else { return .nothing }
      return .checkpoint(folder: folder)
    }
  }

  public func requestStop() { isStopRequested.store(true, ordering: .relaxed) }

  /// Who runs the evaluations of the current configuration.
  open class func makeEvaluator(_ spec: ExecutionSpec) throws -> Evaluator<Model> {
    try Evaluator<Model>(spec: spec)
  }

  /// What a checkpoint holds in its `/state` besides what the run needs to go on.
  open func sidecars() throws -> [String: Tensor] { [:] }

  /// Reads what the run needs, makes its updates, and leaves `final/{tokens}`.
  ///
  /// - Throws: `TrainingError` for data or numbers that cannot be trained on; ``JobError``, also where ``shouldStop`` ends
  ///   the run early, or where another run of its name is at work; `CheckpointError` where the last checkpoint cannot be written, but an earlier one that cannot be is a
  ///   line of the log.
  override open func run() throws {
    try spec.checkWritable()
    let lock = try lockName()
    defer { withExtendedLifetime(lock) {} }
    if resumedFrom == nil { try refuseForeignCheckpoints() }
    var mixture = try openData()
    try evaluator?.follow(self)
    _ = try model
    let metrics = try spec.isMain ? metricsFile() : nil
    if spec.isMain { spec.event?(.began(folder: spec.resultPath(""))) }
    if spec.isMain { try KeptRuns(spec).keepStrays() }
    try spec.result(ResultFiles.configuration) { settingsText }
    mixture.move(to: updates * training.batchSize)
    say(
      "\(parameters.reduce(0) { $0 + $1.parameter.tensor.count }) parameters, updates \(updates + 1) to \(totalUpdates) of \(training.batchSize) sequences of \(training.blockSize) tokens"
    )
    try saveDue(isBest: false, isStopped: false, metrics)
    resumedFrom = nil
    var speed = Speedometer(update: updates)
    while updates < totalUpdates {
      let found = try update(on: batches(of: &mixture))
      let progress = speed.progress(found, of: totalUpdates)
      self.progress(progress.shown)
      let isStopped = try isStopped()
      try after(found, progress, isStopped: isStopped, metrics)
      guard !isStopped else {
        throw JobError(.stopped(update: updates, of: totalUpdates))
      }
    }
  }

  private func metricsFile() throws(JobError) -> MetricsFile {
    try MetricsFile(
      path: spec.resultPath("metrics.jsonl"), goingOnFrom: updates, event: spec.event,
      tensorBoard: plan.writesTensorBoard ? spec.resultPath("tensorboard") : nil)
  }

  /// Whether a rank is to stop while there is more to do.
  private func isStopped() throws -> Bool {
    let stops = shouldStop() || isStopRequested.load(ordering: .relaxed)
    return try replicas.sum(stops ? 1 : 0, named: "stop") > 0 && updates < totalUpdates
  }

  /// Keeps others from training under this name as long as the lock is held, which ends with the process.
  ///
  /// - Throws: ``JobError`` on all ranks where another holds it.
  private func lockName() throws -> HeldLock? {
    var lock: HeldLock?
    if spec.isMain {
      do { lock = try HeldLock(path: spec.resultPath(".lock")) } catch {
        throw JobError(.unwritable(path: error.path, reason: error.reason))
      }
    }
    guard try spec.agree(lock != nil) else { throw JobError(.busy(job: spec.job.path)) }
    return lock
  }

  /// This replica's part of the next update's sequences.
  private func batches(of mixture: inout DataMixture) throws -> [MicroBatch] {
    let (rank, count) = (replicas.rank, replicas.size)
    let own = training.batchSize * rank / count..<training.batchSize * (rank + 1) / count
    return passes(of: try mixture.next(training.batchSize, keeping: own))
  }

  private func passes(of rows: [TrainingRow]) -> [MicroBatch] {
    stride(from: 0, to: rows.count, by: training.largestPass).map {
      MicroBatch(Array(rows[$0..<min($0 + training.largestPass, rows.count)]))
    }
  }

  private func openData() throws -> DataMixture {
    let vocabulary = try model.vocabularySize
    let sources = try plan.datasets.map { source in
      try openRows(
        folder: spec.dataPath(source.name, suffix: source.suffix), style: source.style,
        tokenizer: tokenizer.identity, vocabularySize: vocabulary, blockSize: training.blockSize)
    }
    guard !sources.isEmpty else { throw TrainingError(.noDataset) }
    let mixture = try DataMixture(sources, rates: plan.datasets.map(\.rate), seed: UInt64(training.seed))
    guard plan.validates else { return mixture }
    held = try mixture.validation(plan.validationSequences)
    guard held.contains(where: { $0.targetCount > 0 }) else {
      throw TrainingError(.nothingHeldOut)
    }
    return mixture
  }

  /// All that is due after an update: what was measured first, then the checkpoints that hold it.
  private func after(
    _ found: UpdateReport, _ progress: TrainingProgress, isStopped: Bool, _ metrics: MetricsFile?
  ) throws {
    let isLast = updates == totalUpdates
    func isDue(_ interval: Int) -> Bool { interval > 0 && (isLast || updates % interval == 0) }
    if isDue(plan.reportInterval) {
      metrics?.add(
        updates,
        [
          ("train/tokens", .integer(tokensRead)), ("train/loss", .number(found.loss ?? .nan)),
          ("train/grad_norm", .number(found.gradientNorm)), ("train/lr", .number(found.rate)),
        ])
      say(
        "update \(updates) of \(totalUpdates): loss \(found.loss ?? .nan, digits: 4), norm \(found.gradientNorm, digits: 3), rate \(found.rate, digits: 6), \(progress.tokensPerSecond, digits: 0) tokens/s"
      )
    }
    var isBest = false
    if plan.validates, isDue(plan.validationInterval) {
      let loss = try validate()
      let score = 1 / loss
      self.score = score
      isBest = score > bestScore
      metrics?.add(updates, [("val/loss", .number(loss)), ("val/score", .number(score))])
      say("update \(updates): validation loss \(loss, digits: 4)")
      try evaluateNow(metrics)
      savePlots()
    }
    try saveDue(isBest: isBest, isStopped: isStopped, metrics)
    _ = try? metrics?.flush()  // what the disk does not take stays for the next checkpoint
  }

  /// Tokens that the updates so far have read, in whole sequences.
  var tokensRead: Int { updates * training.batchSize * training.blockSize }

  /// The mean loss over all targets of the held-out sequences, in nats.
  public func validate() throws -> Double {
    let (rank, count) = (replicas.rank, replicas.size)
    let own = Array(held[held.count * rank / count..<held.count * (rank + 1) / count])
    var (sum, targets) = (0.0, 0)
    for batch in passes(of: own) where batch.targetCount > 0 {
      let found = try model.crossEntropy(batch.ids, targets: batch.targets, paddingMask: batch.paddingMask)
      (sum, targets) = (sum + found.sum, targets + found.count)
    }
    let all = try replicas.sum(Double(targets), named: "validation targets")
    return try replicas.sum(sum, named: "validation loss") / max(all, 1)
  }

  private func evaluateNow(_ metrics: MetricsFile?) throws {
    guard let evaluator else { return }
    let results = try evaluator.evaluate()
    let numbers = results.map { ($0.name, $0.metrics.first?.value ?? .nan) }
    metrics?.add(updates, numbers.map { ($0, .number($1)) })
    say("update \(updates): \(numbers.map { "\($0) \($1, digits: 4)" }.joined(separator: ", "))")
  }

  /// Draws the model on the last held-out sequence, if `logging/plots/save` asks for it: into `plots` beside the metrics.
  private func savePlots() {
    guard plan.savesPlots, spec.isMain, let row = held.last(where: { $0.targetCount > 1 }) else { return }
    do {
      let figures = try model.figures(of: zip(row.ids, row.isReal).filter(\.1).map(\.0))
      try FigureFiles.write(figures, to: spec.resultPath("plots"), step: updates)
    } catch { log.error("no figures of update \(updates) were saved, the run goes on: \(error)") }
  }

  /// A line of the log, of one rank.
  func say(_ line: @autoclosure () -> String) {
    guard spec.isMain else { return }
    let line = line()
    log.info("\(line)")
  }
}

extension DefaultStringInterpolation {
  /// A number with so many digits behind the point.
  mutating func appendInterpolation(_ number: Double, digits: Int) {
    appendInterpolation(String(format: "%.\(digits)f", number))
  }
}
