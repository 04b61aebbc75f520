import Foundation
import TensorCoreTesting

@testable import Comparing

/// Gates on documents drawn from real ones, with a loss of known size.
///
/// A document is drawn with replacement, so that it is discordant as often as real ones are; which of the models has it right
/// is drawn anew, with the odds that make the loss what it should be.
struct GateSimulation {
  let rule: GateRule
  /// The share of discordant documents among the real ones.
  let discordance: Double
  /// Which of the real documents are discordant.
  private let isDiscordant: [Bool]
  /// The documents with which the fixed test has the rule's power.
  let documents: Int
  private let decisions: FixedDecisions

  init(_ real: PairedScores, _ rule: GateRule) {
    self.rule = rule
    isDiscordant = real.differences.map { $0 != 0 }
    discordance = Double(isDiscordant.count { $0 }) / Double(isDiscordant.count)
    documents = SampleSize.documents(rule, discordance: discordance)
    decisions = FixedDecisions(rule, documents: documents)
  }

  /// How often each answer was given, and how many documents were read.
  struct Outcome {
    var answers: [Verdict: Double] = [:]
    /// The mean number of documents read, over those that the fixed test reads.
    var read = 0.0
    /// The standard error of that mean.
    var readError = 0.0

    subscript(verdict: Verdict) -> Double { answers[verdict] ?? 0 }
  }

  /// Gates that read all documents at once.
  func fixed(loss: Double, trials: Int, seed: UInt64) -> Outcome {
    var random = SeededGenerator(seed: seed)
    return outcome(trials) {
      var (losses, gains) = (0, 0)
      for _ in 0..<documents {
        let difference = draw(loss, &random)
        if difference < 0 { losses += 1 } else if difference > 0 { gains += 1 }
      }
      return (decisions.verdict(losses: losses, gains: gains), documents)
    }
  }

  /// Gates that read one document after the other, `most` times as many as the fixed test at most.
  func sequential(loss: Double, most: Int, trials: Int, seed: UInt64) -> Outcome {
    var random = SeededGenerator(seed: seed)
    return outcome(trials) {
      var test = BettingTest(rule)
      while test.verdict == .inconclusive, test.documents < most * documents {
        test.observe(draw(loss, &random))
      }
      return (test.verdict, test.documents)
    }
  }

  private func outcome(_ trials: Int, _ trial: () -> (Verdict, Int)) -> Outcome {
    var outcome = Outcome()
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<trials {
      let (verdict, read) = trial()
      outcome.answers[verdict, default: 0] += 1 / Double(trials)
      let share = Double(read) / Double(documents)
      sum += share
      squares += share * share
    }
    outcome.read = sum / Double(trials)
    outcome.readError =
      max(0, squares / Double(trials) - outcome.read * outcome.read).squareRoot()
      / Double(trials).squareRoot()
    return outcome
  }

  private func draw(_ loss: Double, _ random: inout SeededGenerator) -> Double {
    guard isDiscordant[Int.random(in: isDiscordant.indices, using: &random)] else { return 0 }
    return Double.random(in: 0..<1, using: &random) < (1 + loss / discordance) / 2 ? -1 : 1
  }
}

/// The fixed test's answers for one number of documents, each looked up: p-values rise with losses against the drop and
/// fall against equality, so a bound for each number of gains is all of them.
private final class FixedDecisions {
  private let rule: GateRule
  private let documents: Int
  /// By gains: the most losses that pass, -1 for none.
  private var passing: [Int: Int] = [:]

  init(_ rule: GateRule, documents: Int) { (self.rule, self.documents) = (rule, documents) }

  func verdict(losses: Int, gains: Int) -> Verdict {
    if losses <= mostPassing(gains) { return .passes }
    let worse = McNemar.oneSided(losses, gains)
    return rule.verdict(PairedTest(worse: worse, notWorse: 1), worse: worse)
  }

  private func mostPassing(_ gains: Int) -> Int {
    if let known = passing[gains] { return known }
    let test = NonInferiority(documents: documents, drop: rule.drop)
    func passes(_ losses: Int) -> Bool { test.pValue(losses: losses, gains: gains) <= rule.miss }
    // A neighbour's bound is near; without one, that of the estimate.
    let neighbour = passing.min { abs($0.key - gains) < abs($1.key - gains) }
    let guess = neighbour.map { $0.value + gains - $0.key } ?? gains + Int(rule.drop * Double(documents) / 2)
    var low = min(max(guess, -1), documents - gains)
    while low >= 0, !passes(low) { low -= 1 }
    while low < documents - gains, passes(low + 1) { low += 1 }
    passing[gains] = low
    return low
  }
}
