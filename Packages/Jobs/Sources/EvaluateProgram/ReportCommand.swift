import ArgumentParser
import Evaluations
import Files
import Foundation
import Jobs
import Reports
import Runs

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write finished runs as one page: intervals, figures, all samples, provenance.",
    discussion: """
      The page needs nothing beside itself and asks for nothing. Of several runs it shows what flipped between them. Texts of \
      tokens come from the run's tokenizer, where that is still on this machine; nothing is fetched.
      """)

  @Argument(
    help: ArgumentHelp("Show these runs: names, ids or folders.", valueName: "run"), transform: givenPath)
  var runs: [String]
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write the page to this file.", valueName: "file"),
    transform: givenPath)
  var output = "report.html"
  @Option(
    help: ArgumentHelp(
      "Show the divergence of models too, from this file, which is what 'diff --json' printed.",
      valueName: "file"), transform: givenPath)
  var divergence: String?
  @OptionGroup var store: StoreOptions

  func run() throws {
    let stored = try runs.map { try store.run($0) }
    let report = try Report(
      ReportedRun.all(stored), compared: divergence.map { try ComparedModels(contentsOf: $0) })
    do { try WholeFile.write(report.page(), to: output) } catch {
      throw JobError(.unwritable(path: error.path, reason: error.reason))
    }
    standardError.write("report in \(output)\n")
  }
}

extension ReportedRun {
  /// Runs as they stand beside each other in a report, with the texts of their tokens.
  static func all(_ runs: [StoredRun]) throws -> [ReportedRun] {
    try zip(runs, labels(of: runs)).map { run, label in
      let texts = RunTokenizer(run)
      return try ReportedRun(run, label: label, tokenText: texts.map { texts in { texts.text(of: $0) } })
    }
  }
}
