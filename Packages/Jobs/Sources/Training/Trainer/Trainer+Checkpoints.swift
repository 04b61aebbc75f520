import Checkpoints
import Configurate
import Foundation
import Jobs
import Logging
import Models
import Sharding
import TensorCore
import Tokenization

extension Trainer {
  var store: CheckpointStore { CheckpointStore(root: spec.root) }

  var identity: CheckpointIdentity {
    CheckpointIdentity(name: spec.job.name, id: spec.job.id, project: spec.job.project, group: spec.job.group)
  }

  var finalSuffix: String { "final/\(totalUpdates * training.batchSize * training.blockSize)" }

  /// Where the run's final checkpoint is or will be.
  var finalLocation: String {
    get throws {
      try store.location(
        project: spec.job.project, group: spec.job.group, name: spec.job.name, suffix: finalSuffix)
    }
  }

  /// Whether the run's final checkpoint is there, made under the same settings.
  var isDone: Bool {
    guard let path = try? finalLocation, let checkpoint = try? Checkpoint(path: path) else { return false }
    return checkpoint.configuration == settingsText
  }

  /// - Throws: ``JobError`` where another run of this name has left checkpoints, which this one would replace.
  func refuseForeignCheckpoints() throws {
    let known = try store.suffixes(project: spec.job.project, group: spec.job.group, name: spec.job.name)
    guard known.isEmpty else {
      throw JobError(
        .occupied(
          path: "\(store.directory)/\(spec.job.path)", .checkpoints(job: spec.job.path, example: known[0])))
    }
  }

  /// Saves what is due at this update, `best` before what is due by its number: the latest is the one that has it all.
  ///
  /// A run that resumes from one of them calls this too, and saves what it was killed before saving.
  ///
  /// - Parameter isStopped: Whether the run ends here, with more to do.
  /// - Throws: `CheckpointError` where the last one of the run cannot be written.
  func saveDue(isBest: Bool, isStopped: Bool, _ metrics: MetricsFile?) throws {
    let isLast = updates == totalUpdates
    if isBest, let score {
      let before = bestScore
      bestScore = score
      if !(try save("best", isNeeded: false, metrics)) { bestScore = before }
    }
    let interval = plan.checkpointInterval
    let isDue = interval > 0 && updates > 0 && updates % interval == 0
    if isDue || isStopped, !isLast {
      _ = try save("ntoks/\(tokensRead)", isNeeded: isStopped, metrics)
    }
    if isLast { _ = try save(finalSuffix, isNeeded: true, metrics) }
  }

  /// Writes a checkpoint, whole or not at all; the first rank does.
  ///
  /// - Parameter isNeeded: Whether the run has failed where it cannot be written. Else that is a line of the log, and the
  ///   run goes on: the next one may find room.
  /// - Returns: Whether it was written.
  private func save(_ suffix: String, isNeeded: Bool, _ metrics: MetricsFile?) throws -> Bool {
    guard suffix != resumedFrom else { return true }
    var failure: (any Error)?
    if spec.isMain {
      do {
        try metrics?.flush()
        try write(suffix)
      } catch { failure = error }
    }
    // All ranks learn what became of it, so that all take the same way.
    let failures = try replicas.sum(failure == nil ? 0 : 1, named: "checkpoint")
    guard failures > 0 else { return true }
    if isNeeded { throw failure ?? JobError(.unwrittenCheckpoint(suffix: suffix)) }
    if let failure {
      log.error("no checkpoint '\(suffix)' was saved, the run goes on: \(failure)")
    }
    return false
  }

  private func write(_ suffix: String) throws {
    let writer = try store.writer(
      for: identity, suffix: suffix, configuration: settingsText,
      progress: CheckpointProgress(steps: updates, score: score))
    for parameter in parameters {
      let names = parameter.axes.map { $0.name?.rawValue ?? "" }
      try writer.write(
        parameter.parameter.tensor, named: parameter.path, axes: names.allSatisfy(\.isEmpty) ? nil : names)
    }
    for (name, tensor) in optimizer.state.sorted(by: { $0.key < $1.key }) {
      try writer.write(tensor, named: name, in: .optimizer)
    }
    let everything = try state.merging(sidecars()) { own, _ in own }
    for (name, tensor) in everything.sorted(by: { $0.key < $1.key }) {
      try writer.write(tensor, named: name, in: .state)
    }
    try writer.finish()
  }

  /// What a run needs besides weights and the optimiser's tensors to go on.
  private var state: [String: Tensor] {
    get throws {
      [
        TrainingState.step: Tensor([updates]),
        // Nothing random is left over from one update to the next: the key and the step name all draws.
        TrainingState.key: Tensor([Int(bitPattern: UInt(key.seed))]),
        TrainingState.scores: Tensor([score ?? .nan, bestScore]),
        TrainingState.data: Tensor(try dataDigest),
      ]
    }
  }
}

/// What the tensors of a trainer's `/state` are called.
enum TrainingState {
  static let step = "step"
  static let key = "random_key"
  /// Of the last validation, and of the best.
  static let scores = "scores"
  /// The beginning of the SHA-256 of what the data sets say of themselves.
  static let data = "data"
}
