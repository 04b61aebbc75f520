import ArgumentParser
import Basics
import Evaluating
import Foundation
import Jobs

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say what a run would take: tokens, memory, minutes.",
    discussion: "Takes the options of 'run' and runs nothing but a calibration of two seconds.")

  @OptionGroup var options: RunOptions
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func run() throws {
    let plan = try options.makeEvaluationJob(
      alone: "'plan' prices the work of one rank, which replicas share"
    ).plan()
    print(json ? plan.json.indented : plan.description)
  }
}

extension CostEstimate {
  fileprivate var description: String {
    var table = TextTable(header: [
      "evaluation", "documents", "requests", "asked", "computed", "scored", "written",
    ])
    for (name, documents, work) in evaluations { table.rows.append([name, "\(documents)"] + work.columns) }
    if evaluations.count > 1 {
      table.rows.append(["together", "\(evaluations.reduce(0) { $0 + $1.documents })"] + together.columns)
    }
    if open != together { table.rows.append(["not in the journal", ""] + open.columns) }
    return """
      \(table.text)

      tokens asked of the model, computed in a prefix trie, positions scored, and tokens written at most
      memory  \(memory.peak >> 20) MiB: \(memory.process >> 20) for weights and work space, \
      \(memory.keysAndValues >> 20) for keys and values (\(memory.keyValueBudget >> 20) allowed)
      time    \(Self.duration(seconds)), at \(Self.rate(speeds.perTokenRead)) tokens/s read, \
      \(Self.rate(speeds.perPositionScored)) positions/s scored\
      \(speeds.perTokenWritten > 0 ? ", \(Self.rate(speeds.perTokenWritten)) tokens/s written" : "")
      """
  }

  fileprivate var json: JSONValue {
    .object([
      (
        "evaluations",
        .object(
          evaluations.map {
            ($0.name, .object([("documents", .integer($0.documents))] + $0.work.pairs))
          })
      ),
      ("together", .object(together.pairs)), ("open", .object(open.pairs)),
      (
        "memory_bytes",
        .object([
          ("process", .integer(memory.process)), ("keys_and_values", .integer(memory.keysAndValues)),
          ("key_value_budget", .integer(memory.keyValueBudget)), ("peak", .integer(memory.peak)),
        ])
      ),
      ("seconds", .number(seconds)),
      (
        "seconds_per",
        .object([
          ("token_read", .number(speeds.perTokenRead)),
          ("position_scored", .number(speeds.perPositionScored)),
          ("token_written", .number(speeds.perTokenWritten)),
        ])
      ),
    ])
  }

  private static func rate(_ seconds: Double) -> String {
    seconds > 0 ? String(format: "%.0f", 1 / seconds) : "∞"
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 120 ? String(format: "%.1f s", seconds) : String(format: "%.1f min", seconds / 60)
  }
}

extension CostEstimate.Work {
  fileprivate var columns: [String] {
    [requests, tokensAsked, tokensComputed, positionsScored, tokensGenerated].map(String.init)
  }

  fileprivate var pairs: [(String, JSONValue)] {
    [
      ("requests", .integer(requests)), ("tokens_asked", .integer(tokensAsked)),
      ("tokens_computed", .integer(tokensComputed)), ("positions_scored", .integer(positionsScored)),
      ("tokens_written", .integer(tokensGenerated)), ("longest", .integer(longest)),
    ]
  }
}
