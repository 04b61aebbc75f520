public import Checkpoints
import Configurate
import Digests
import Foundation
import Jobs
import Models
import TensorCore

extension Trainer {
  public func resume() throws {
    let job = spec.job
    guard
      let latest = try store.latest(project: job.project, group: job.group, name: job.name)
        ?? store.suffixes(project: job.project, group: job.group, name: job.name).last
    else {
      say("there is no checkpoint of '\(job.path)' to resume from; the run begins")
      return
    }
    let path = try store.location(
      project: job.project, group: job.group, name: job.name, suffix: latest)
    try resume(from: Checkpoint(path: path))
  }

  /// Takes weights, optimiser and everything else that the next update depends on from a checkpoint.
  ///
  /// - Throws: ``JobError`` naming a setting that is not the one the run began with, or data that are not; `TrainingError`
  ///   and `CheckpointError` for a checkpoint without a state or with another.
  public func resume(from checkpoint: Checkpoint) throws {
    try compareSettings(with: checkpoint)
    let names = checkpoint.names(in: .state)
    guard Set([TrainingState.step, TrainingState.scores, TrainingState.data]).isSubset(of: names) else {
      throw JobError(.malformedFile(path: checkpoint.path, .noState))
    }
    guard try state(TrainingState.data, .int64, count: 1, of: checkpoint).int64s == (try dataDigest) else {
      throw JobError(.otherTrainingData(checkpoint: checkpoint.path))
    }
    let step = try state(TrainingState.step, .int64, count: 1, of: checkpoint).int64s[0]
    guard (0...totalUpdates).contains(step) else {
      throw TrainingError(
        .updates(tensor: TrainingState.step, path: checkpoint.path, most: totalUpdates, found: Int(step)))
    }
    let scores = try state(TrainingState.scores, .float64, count: 2, of: checkpoint).doubles
    try restore(from: checkpoint)
    var tensors: [String: Tensor] = [:]
    for name in checkpoint.names(in: .optimizer) {
      try checkpoint.requireFloatingPoint(name, in: .optimizer)
      tensors[name] = try checkpoint.tensor(named: name, in: .optimizer)
    }
    try optimizer.restore(tensors, updates: step, of: parameters)
    (score, bestScore) = (scores[0].isNaN ? nil : scores[0], scores[1])
    resumedFrom = try ownSuffix(of: checkpoint)
    say("resuming from '\(resumedFrom ?? checkpoint.path)' after update \(updates) of \(totalUpdates)")
  }

  /// A tensor of numbers, as every run leaves it.
  private func state(
    _ name: String, _ type: ElementType, count: Int, of checkpoint: Checkpoint
  ) throws -> Tensor {
    let tensor = try checkpoint.tensor(named: name, in: .state, shape: [count])
    guard tensor.elementType == type else {
      throw TrainingError(
        .checkpointType(
          tensor: name, path: checkpoint.path, expected: type.rawValue, found: tensor.elementType.rawValue))
    }
    return tensor
  }

  /// What a checkpoint of this run is called; `nil` for one that lies elsewhere.
  private func ownSuffix(of checkpoint: Checkpoint) throws -> String? {
    let job = spec.job
    func place(_ path: String) -> URL { URL(fileURLWithPath: path).resolvingSymlinksInPath() }
    let folder = place(checkpoint.path).deletingLastPathComponent().path
    return try store.suffixes(project: job.project, group: job.group, name: job.name).first { suffix in
      try place(
        store.location(project: job.project, group: job.group, name: job.name, suffix: suffix)
      ).path == folder
    }
  }

  /// Groups of settings that change no number of the training.
  private static var neutral: [String] { ["job", "logging/", "eval/", "training/evaluate"] }

  private func compareSettings(with checkpoint: Checkpoint) throws {
    guard let text = checkpoint.configuration else {
      throw JobError(.malformedFile(path: checkpoint.path, .noSettings(.resuming)))
    }
    let stored = try SettingsTree(yaml: text, name: "\(checkpoint.path): config")
    let keys = Set(stored.keys).union(configuration.keys).sorted()
    for key in keys where !Self.neutral.contains(where: { key.hasPrefix($0) }) {
      let (before, now) = (stored[key], configuration[key])
      guard before != now else { continue }
      func text(_ tree: SettingsTree?) -> String? {
        tree.map { $0.yaml.trimmingCharacters(in: .whitespacesAndNewlines) }
      }
      throw JobError(.otherSetting(key: key, expected: text(before), found: text(now)))
    }
  }

  /// The data that the run reads, in a number that differs for others.
  var dataDigest: [Int] {
    get throws {
      let hash = Digest(.sha256)
      for source in plan.datasets {
        let manifest = try TokenManifest(folder: spec.dataPath(source.name, suffix: source.suffix))
        hash.update(Data((manifest.json + "\(source.rate) \(source.style)\n").utf8))
      }
      let bytes = hash.finalize()
      return [bytes.prefix(8).reduce(0) { $0 << 8 | Int($1) }]
    }
  }
}
