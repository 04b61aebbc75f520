import ArgumentParser
import Basics
import Comparing
import Jobs
import Runs

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Put runs side by side: tasks, averages, and ranks that hold.",
    discussion: """
      A rank is one more than the runs that are better by a difference that holds: McNemar's exact test on right and wrong \
      answers, else a paired bootstrap on log-likelihoods, on the documents that both runs answered, corrected for all pairs \
      of runs in all tasks (Holm, 5 %). A group's row stands for its tasks. 'mean by documents' is lm-evaluation-harness's \
      average of a group, 'mean of tasks' counts all tasks the same, a group as one, 'mean above chance' as leaderboards do, \
      from 0 at chance to 1.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, csv, json
  }

  @Argument(
    help: ArgumentHelp(
      "Compare these runs: names, ids or the beginnings of ids, folders, or patterns.", valueName: "run"),
    transform: givenPath)
  var runs: [String]
  @Option(help: "Write the table as text, markdown, csv or json.")
  var format: Format = .text
  @Flag(help: "Show each task of a group, too, in text and markdown.")
  var subtasks = false
  @Flag(help: "Print one JSON object, as --format json.")
  var json = false
  @OptionGroup var store: StoreOptions

  func run() throws {
    let table = RunTableText(try RunTable(store.runs(runs)), showsSubtasks: subtasks)
    switch json ? .json : format {
    case .text: print(table.text)
    case .markdown: print(table.markdown)
    case .csv: print(table.csv)
    case .json: print(table.json.indented)
    }
  }
}
