import Foundation
import Testing

@testable import Comparing

/// `ci/gate` runs these 10 000 times and prints their tables; `ci/test` a few hundred times.
@Suite("Simulated gates")
struct GateSimulationTests {
  private static let trials =
    ProcessInfo.processInfo.environment["ASSAY_GATE_TRIALS"].flatMap { Int($0) } ?? 300
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures")

  /// Real samples: two runs, a task of both, and a drop. The runs are of SmolLM2-135M, of stories260K and of the same with
  /// its matrices rounded to 4 bits, on the first 400 documents of ARC-Easy and HellaSwag.
  struct Samples: CustomTestStringConvertible {
    let base: String
    let candidate: String
    let task: String
    let drop: Double

    var testDescription: String { "\(task), \(base) and \(candidate), drop \(drop)" }

    func scores() throws -> PairedScores {
      func outcomes(_ name: String) throws -> TaskOutcomes {
        let path = GateSimulationTests.fixtures.appending(path: "\(name).json").path
        return try #require(try RunOutcomes(baseline: path).tasks.first { $0.name == task })
      }
      return try PairedScores(try outcomes(base), try outcomes(candidate))
    }
  }

  @Test(
    "The gate's errors stay within the stated rates, and the sequential form reads 60 % of the documents at most",
    arguments: trials < 1000 ? Array(GateSimulationTables.samples.prefix(2)) : GateSimulationTables.samples)
  func rates(_ samples: Samples) throws {
    let simulation = GateSimulation(try samples.scores(), GateRule(drop: samples.drop))
    let rule = simulation.rule
    var table = GateSimulationTables(samples.testDescription, simulation)
    for factor in GateSimulationTables.factors {
      let loss = factor * samples.drop
      guard loss <= simulation.discordance else { continue }
      let seed = UInt64(1000 * factor)
      let fixed = simulation.fixed(loss: loss, trials: Self.trials, seed: seed)
      let sequential = simulation.sequential(loss: loss, most: 1, trials: Self.trials, seed: seed)
      let unhurried = simulation.sequential(loss: loss, most: 4, trials: Self.trials, seed: seed)
      table.add(factor, fixed, sequential, unhurried)
      for outcome in [fixed, sequential, unhurried] {
        if factor == 0 { #expect(outcome[.fails] <= most(rule.alpha)) }
        if factor >= 1 { #expect(outcome[.passes] <= most(rule.miss)) }
      }
      // A few losses are found, and yet pass: they refute the drop too, as one in five may.
      if factor == 1 { #expect(fixed[.fails] >= 2 * rule.power - most(rule.power) - 0.02) }
      if factor == 0 || factor >= 1 { #expect(sequential.read - 4 * sequential.readError <= 0.6) }
    }
    print(table.text)
  }

  /// A share that a true share of `share` exceeds once in 30 000 simulations.
  private func most(_ share: Double) -> Double {
    share + 4 * (share * (1 - share) / Double(Self.trials)).squareRoot()
  }
}
