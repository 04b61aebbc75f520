import Basics
import Foundation
import Jobs

extension CostEstimate {
  func text(_ prices: Prices?) -> String {
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
      \(demand.text(prices))
      """
  }

  func members(_ prices: Prices?) -> [(String, JSONValue)] {
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
    ] + demand.members(prices)
  }
}

extension CostEstimate.Demand {
  fileprivate func text(_ prices: Prices?) -> String {
    switch self {
    case .machine(let memory, let seconds, let speeds):
      """
      memory  \(memory.peak >> 20) MiB: \(memory.process >> 20) for weights and work space, \
      \(memory.keysAndValues >> 20) for keys and values (\(memory.keyValueBudget >> 20) allowed)
      time    \(Self.duration(seconds)), at \(Self.rate(speeds.perTokenRead)) tokens/s read, \
      \(Self.rate(speeds.perPositionScored)) positions/s scored\
      \(speeds.perTokenWritten > 0 ? ", \(Self.rate(speeds.perTokenWritten)) tokens/s written" : "")
      """
    case .server(let traffic):
      """
      server  \(traffic.requests) requests, \(traffic.tokensRead) tokens read, at most \(traffic.tokensWritten) written\
      \(prices.map { "\ncost    at most " + String(format: "%.4f", $0.cost(traffic)) } ?? "")
      """
    }
  }

  fileprivate func members(_ prices: Prices?) -> [(String, JSONValue)] {
    switch self {
    case .machine(let memory, let seconds, let speeds):
      [("memory_bytes", memory.json), ("seconds", .number(seconds)), ("seconds_per", speeds.json)]
    case .server(let traffic):
      [("server", traffic.json)] + (prices.map { [("cost", .number($0.cost(traffic)))] } ?? [])
    }
  }

  private static func rate(_ seconds: Double) -> String {
    seconds > 0 ? String(format: "%.0f", 1 / seconds) : "∞"
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 120 ? String(format: "%.1f s", seconds) : String(format: "%.1f min", seconds / 60)
  }
}

extension CostEstimate.Memory {
  fileprivate var json: JSONValue {
    .object([
      ("process", .integer(process)), ("keys_and_values", .integer(keysAndValues)),
      ("key_value_budget", .integer(keyValueBudget)), ("peak", .integer(peak)),
    ])
  }
}

extension CostEstimate.Speeds {
  fileprivate var json: JSONValue {
    .object([
      ("token_read", .number(perTokenRead)), ("position_scored", .number(perPositionScored)),
      ("token_written", .number(perTokenWritten)),
    ])
  }
}

extension CostEstimate.Traffic {
  fileprivate var json: JSONValue {
    .object([
      ("requests", .integer(requests)), ("tokens_read", .integer(tokensRead)),
      ("tokens_written", .integer(tokensWritten)),
    ])
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
