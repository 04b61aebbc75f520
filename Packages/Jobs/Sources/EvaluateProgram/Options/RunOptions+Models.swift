import Basics
import Checkpoints
import Jobs
import Tasks

extension RunOptions {
  /// These options with one model each, where they name several or a pattern of checkpoints: backbones first, then
  /// checkpoints in the order of their names. Each has a name of its own, the model's, behind the one that was given.
  ///
  /// - Throws: ``JobError`` for options that are for one model; `CheckpointError` for a checkpoint that is not there, and for
  ///   a pattern that none has.
  func eachModel() throws -> [RunOptions] {
    let checkpoints = try model.restores.flatMap(checkpoints)
    guard model.backbones.count + checkpoints.count > 1 || checkpoints != model.restores else {
      return [self]
    }
    for (option, isGiven) in [("--resume", resume), ("--adapter", model.adapter != nil)] where isGiven {
      throw JobError(.option(option, .isFor("a run of one model")))
    }
    var names: [String: Int] = [:]
    func single(_ label: String, _ change: (inout ModelOptions) -> Void) -> RunOptions {
      var single = self
      (single.model.backbones, single.model.restores) = ([], [])
      change(&single.model)
      let whole = name.map { "\($0)-\(label)" } ?? label
      names[whole, default: 0] += 1
      single.name = names[whole] == 1 ? whole : "\(whole)-\(names[whole] ?? 1)"
      return single
    }
    return model.backbones.map { path in single(modelName(path)) { $0.backbone = path } }
      + checkpoints.map { path in single(Self.label(ofCheckpoint: path)) { $0.restore = path } }
  }

  /// The checkpoints that a word names: one, or all that have a pattern.
  private func checkpoints(_ word: String) throws -> [String] {
    let store = store.checkpoints
    guard let pattern = NamePattern(word), (try? store.resolve(word)) == nil else {
      _ = try store.resolve(word)
      return [word]
    }
    let all = try store.jobs.flatMap { job in
      try store.suffixes(project: job.project, group: job.group, name: job.name).map {
        "\(job.project ?? "general")/\(job.group ?? "default")/\(job.name)/\($0)"
      }
    }
    let found = all.filter { pattern.matches($0) || pattern.matches("\(store.directory)/\($0)") }
    // A pattern that no checkpoint has is looked for as a name, which is not there either.
    return try found.isEmpty ? [store.resolve(word)] : found
  }

  /// What a checkpoint's run is called: its job and what stands behind it, or the end of its path.
  private static func label(ofCheckpoint path: String) -> String {
    let parts = path.split(separator: "/").map(String.init)
    let own = parts.count > 3 ? parts.dropFirst(2) : parts[...]
    return own.suffix(3).joined(separator: "-")
  }
}
