import ArgumentParser
import Runs

/// Where runs are looked for.
struct StoreOptions: ParsableArguments {
  @Option(help: "Look for runs below this folder.", transform: givenPath)
  var root = "assay"

  var store: RunStore { RunStore(root: root) }

  /// One run by its name, its id or the beginning of one, or its folder.
  func run(_ word: String) throws -> StoredRun { try store.run(word) }
}
