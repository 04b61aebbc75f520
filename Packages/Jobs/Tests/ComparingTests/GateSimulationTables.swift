import Foundation

@testable import Comparing

/// The table of a simulation, in Markdown.
struct GateSimulationTables {
  /// The losses that are simulated, in drops.
  static let factors = [0, 0.5, 1, 1.5, 2]
  static let samples: [GateSimulationTests.Samples] = [
    .init(base: "stories260k", candidate: "stories260k-4bit", task: "arc_easy", drop: 0.02),
    .init(base: "stories260k", candidate: "stories260k-4bit", task: "hellaswag", drop: 0.02),
    .init(base: "smollm2-135m", candidate: "stories260k", task: "arc_easy", drop: 0.05),
  ]

  private var lines: [String]

  init(_ title: String, _ simulation: GateSimulation) {
    lines = [
      "",
      title + String(format: ": %.1f %% discordant, ", 100 * simulation.discordance)
        + "\(simulation.documents) documents have the power", "",
      "| loss / drop | fails | passes | sequential: fails | passes | read | 4 × as many: fails | passes | read |",
      "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
  }

  mutating func add(
    _ factor: Double, _ fixed: GateSimulation.Outcome, _ sequential: GateSimulation.Outcome,
    _ unhurried: GateSimulation.Outcome
  ) {
    let numbers =
      [fixed[.fails], fixed[.passes]]
      + [sequential, unhurried].flatMap { [$0[.fails], $0[.passes], $0.read] }
    let cells = numbers.map { String(format: "%.1f %%", 100 * $0) }
    lines.append("| \(factor) | \(cells.joined(separator: " | ")) |")
  }

  var text: String { lines.joined(separator: "\n") }
}
