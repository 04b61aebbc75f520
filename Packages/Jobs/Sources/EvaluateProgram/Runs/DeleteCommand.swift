import ArgumentParser
import Foundation
import Jobs
import Runs

struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete runs: their results, settings and samples.",
    discussion: """
      Without --yes, shows what would be deleted and deletes nothing. A name stands for its latest run, a pattern such as \
      'small-*' for all runs of the names that it describes. Where the latest run of a name goes, the newest finished one \
      that is left takes its place. Responses stay in the journal.
      """)

  @Argument(
    help: ArgumentHelp(
      "Delete these runs: names, ids or the beginnings of ids, folders, or patterns.", valueName: "run"),
    transform: givenPath)
  var runs: [String]
  @Flag(help: "Delete, rather than show what would be deleted.")
  var yes = false
  @OptionGroup var store: StoreOptions

  func run() throws {
    let chosen = try store.runs(runs)
    // Nothing is deleted where something cannot be.
    if let busy = chosen.first(where: \.isAtWork) {
      throw JobError(.unfinishedRun("\(busy.title) \(busy.reference)", isAtWork: true))
    }
    for run in chosen {
      let what = "\(run.title) \(run.reference), \(run.state.rawValue), \(Self.size(run.bytes))"
      print("\(yes ? "delete" : "would delete") \(what)")
      if yes { try store.runs.delete(run) }
    }
    if !yes { standardError.write("nothing was deleted; give --yes to delete\n") }
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1_000_000
      ? String(format: "%.1f kB", Double(bytes) / 1e3) : String(format: "%.1f MB", Double(bytes) / 1e6)
  }
}
