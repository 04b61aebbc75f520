import ArgumentParser
import Basics
import Foundation
import Jobs
import Runs

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what a run came to, and what the model answered.",
    discussion: """
      Without options that choose samples, prints the table of scores. Log-likelihoods are in nats: a difference of 0.7 makes \
      one text twice as probable as another.
      """)

  @Argument(
    help: ArgumentHelp(
      "Show this run: its name, its id or the beginning of one, or a folder.", valueName: "run"),
    transform: givenPath)
  var word: String
  @Flag(help: "Show samples that the model has wrong.")
  var wrong = false
  @Option(help: ArgumentHelp("Show the samples of this document, by its index.", valueName: "doc"))
  var sample: Int?
  @Option(
    help: ArgumentHelp("Show samples that only one of this run and that one has right.", valueName: "run"),
    transform: givenPath)
  var flips: String?
  @Option(help: ArgumentHelp("Show samples of this evaluation only.", valueName: "name"))
  var task: String?
  @Option(help: ArgumentHelp("Show at most so many samples of each evaluation.", valueName: "n"))
  var limit = 10
  @Flag(help: "Print the results, or the samples one a line, as JSON.")
  var json = false
  @OptionGroup var store: StoreOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be positive, found \(limit)") }
  }

  func run() throws {
    let shown = try store.run(word)
    let names = try evaluations(of: shown)
    guard wrong || sample != nil || flips != nil || task != nil else {
      return print(try json ? shown.finished().json.indented : RunText(shown).text)
    }
    if !json, task != nil, !wrong, sample == nil, flips == nil {
      print(ResultsTable(try shown.finished(), only: task).text + "\n")
    }
    let selection = SampleSelection(onlyWrong: wrong, document: sample, limit: sample == nil ? limit : .max)
    if let flips {
      try show(FlippedSamples(shown, try store.run(flips), names: names, selection))
    } else {
      try show(ChosenSamples(shown, names: names, selection))
    }
  }

  private func evaluations(of run: StoredRun) throws -> [String] {
    let names = try run.finished().evaluations.map(\.name)
    guard let task else { return names }
    guard names.contains(task) else { throw JobError.unknown("evaluation", task, among: names) }
    return [task]
  }

  private func show(_ samples: some SampleSource) throws {
    var count = 0
    for name in samples.names {
      let found = try samples.found(in: name)
      for sample in found.shown {
        print(json ? sample.json : sample.text(isWhole: self.sample != nil) + "\n")
      }
      count += found.count
      if found.count > found.shown.count, !json {
        print("\(name): \(found.count - found.shown.count) more; give a greater --limit to see them\n")
      }
    }
    guard count == 0 else { return }
    if let sample { throw JobError(.noSample(document: sample)) }
    if !json { print(flips == nil ? "no sample is wrong" : "no sample flips") }
  }
}
