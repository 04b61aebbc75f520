import ArgumentParser
import Checkpoints
import Runs

/// Where runs and checkpoints are kept.
struct StoreOptions: ParsableArguments, Sendable {
  /// The folder of those that name none.
  static let usualRoot = "assay"

  @Option(help: "Keep and look for runs and checkpoints below this folder.", transform: givenPath)
  var root = StoreOptions.usualRoot

  var runs: RunStore { RunStore(root: root) }
  var checkpoints: CheckpointStore { CheckpointStore(root: root) }

  /// Each run that the words name, once: all runs of a pattern, else the one that is called so.
  func runs(_ words: [String]) throws -> [StoredRun] {
    var chosen: [StoredRun] = []
    for word in words {
      let found = try RunStore.isPattern(word) ? runs.runs(named: word) : [run(word).kept]
      for run in found where !chosen.contains(where: { $0.folder == run.folder }) { chosen.append(run) }
    }
    return chosen
  }

  /// One run by its name, its id or the beginning of one, or its folder.
  func run(_ word: String) throws -> StoredRun { try runs.run(word) }
}
