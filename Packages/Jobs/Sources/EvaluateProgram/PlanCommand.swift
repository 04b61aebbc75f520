import ArgumentParser
import Basics
import Comparing
import Evaluating
import Foundation
import Jobs

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a run would take: tokens, memory, minutes, and documents for a gate.",
    discussion: """
      Takes the options of 'run' and runs nothing but a calibration of two seconds. With --detect, also how many documents \
      'gate' needs to find a loss of that size; with --from and no model, only that.
      """)

  @OptionGroup var options: RunOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Count the documents with which 'gate' finds a loss of this size: 0.01 is a point of accuracy.",
      valueName: "loss"))
  var detect: Double?
  @Option(
    help: ArgumentHelp(
      "With --detect: take how often models differ from this run or baseline file; given twice, from the two.",
      valueName: "run"), transform: givenPath)
  var from: [String] = []
  @OptionGroup var rates: ErrorRateOptions
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func validate() throws {
    guard let detect else {
      guard from.isEmpty else { throw ValidationError("--from is for --detect") }
      return
    }
    try ErrorRateOptions.check("--detect", detect, between: 0, and: 1)
    guard from.count < 3 else { throw ValidationError("--from may be given twice at most") }
  }

  func run() throws {
    let needsNoModel = detect != nil && !from.isEmpty && options.namesNothingToRun
    let plan = try needsNoModel ? nil : cost()
    let gate = try detect.map { try gatePlan(detecting: $0, plan) }
    if json {
      print(JSONValue.object((plan?.members ?? []) + (gate.map { [("gate", $0.json)] } ?? [])).indented)
    } else {
      print([plan?.description, gate?.text].compactMap { $0 }.joined(separator: "\n\n"))
    }
  }

  private func cost() throws -> CostEstimate {
    try options.makeEvaluationJob(alone: "'plan' prices the work of one rank, which replicas share").plan()
  }

  private func gatePlan(detecting loss: Double, _ plan: CostEstimate?) throws -> GatePlan {
    let rule = rates.rule(drop: loss)
    let runs = try from.map { try GateOperand(options: options).recorded($0) }
    let tasks =
      plan?.evaluations.map { (name: $0.name, documents: $0.documents) }
      ?? runs[0].tasks.map { (name: $0.name, documents: $0.documents.count) }
    let seen = try runs.first.map {
      try GatePlan.seen($0, runs.count > 1 ? runs[1] : nil, rule, tasks: tasks.count)
    }
    return GatePlan(rule, tasks: tasks, seen: seen ?? [:])
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
      mode    \(mode)
      memory  \(memory.peak >> 20) MiB: \(memory.process >> 20) for weights and work space, \
      \(memory.keysAndValues >> 20) for keys and values (\(memory.keyValueBudget >> 20) allowed)
      time    \(Self.duration(seconds)), at \(Self.rate(speeds.perTokenRead)) tokens/s read, \
      \(Self.rate(speeds.perPositionScored)) positions/s scored\
      \(speeds.perTokenWritten > 0 ? ", \(Self.rate(speeds.perTokenWritten)) tokens/s written" : "")
      """
  }

  fileprivate var members: [(String, JSONValue)] {
    [
      ("mode", .text(mode)),
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
    ]
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
