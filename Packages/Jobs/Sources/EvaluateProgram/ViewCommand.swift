import ArgumentParser
import Foundation
import Jobs
import Logging
import Reports
import Runs
import Serving

struct ViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show all runs in a browser: results, samples, runs under way, curves of training.",
    discussion: """
      Serves pages of the runs below ROOT: the list of all, each as 'report' writes it, what a run under way comes to so far, and \
      what trainings measured. Only programs on this machine reach the default address.
      """)

  @Argument(help: ArgumentHelp("Show the runs below this folder.", valueName: "root"), transform: givenPath)
  var root = StoreOptions.usualRoot
  @OptionGroup var address: ListeningOptions
  @Option(
    help: ArgumentHelp(
      "Follow this file of 'run --events', at /events/0 and so on; may be given again.", valueName: "file"),
    transform: givenPath)
  var events: [String] = []

  func run() throws {
    guard FileManager.default.fileExists(atPath: root) else {
      throw JobError(.missingFile(path: root, .results))
    }
    let pages = StorePages(RunStore(root: root), logs: events) { try ReportedRun.all($0) }
    try Server.servePages(
      address.options(port: 8001), logger: Logger(label: "assay.view"), listen: Interruption.endsServer,
      started: { standardError.write("runs below '\(root)' at \($0)\n") },
      page: { path in
        do {
          return try pages.page(path).map(PageReply.page)
            ?? .missing("there is no page '\(path.prefix(200))'")
        } catch { return .failed(Failure(error)?.sentence ?? "\(error)") }
      })
  }
}
