import ArgumentParser
import Basics
import Comparing
import Evaluating
import Jobs

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say what a run would take: tokens, memory, minutes, and documents for a gate.",
    discussion: """
      Takes the options of 'run' and runs nothing but a calibration of two seconds; of a model that a server holds, it \
      counts what the server would count, and with --prices the cost. With --detect, also how many documents 'gate' needs \
      to find a loss of that size; with --from and no model, only that.
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
  @Option(
    help: ArgumentHelp(
      "Price what a server reads and writes: of a million tokens each, such as 0.15,0.6.",
      valueName: "read,written"),
    transform: Prices.init)
  var prices: Prices?
  @Flag(help: "Print one JSON object instead of a table.")
  var json = false

  func validate() throws {
    guard prices == nil || RemoteOptions.isServer(options.model.backbone) else {
      throw ValidationError("--prices is for a model that a server holds, --backbone openai:URL#MODEL")
    }
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
      let members = plan?.members(prices) ?? []
      print(JSONValue.object(members + (gate.map { [("gate", $0.json)] } ?? [])).indented)
    } else {
      print([plan?.text(prices), gate?.text].compactMap { $0 }.joined(separator: "\n\n"))
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
