import Evaluations
import Foundation
import Jobs

/// The answer of a gate for one task.
public struct GatedTask: Sendable {
  public let scores: PairedScores
  /// Before correction for all tasks.
  public let test: PairedTest
  /// The p-value of "the candidate is at least as good" after Holm's correction.
  public private(set) var correctedWorse: Double
  public private(set) var verdict: Verdict
  /// The probability that a loss of the drop fails, with all documents read at once.
  public let power: Double
  /// How many documents were read before there was a verdict; all where there is none, or where all were read at once.
  public let read: Int
  /// For an inconclusive task: how many documents would decide, with the rule's power, where they differ as these do.
  public private(set) var needed: Int?

  init(_ scores: PairedScores, rule: GateRule, tasks: Int, seed: UInt64?) throws(JobError) {
    self.scores = scores
    if let seed {
      let sequential = try BettingTest(scores, rule, tasks: tasks, seed: seed)
      (test, read) = (sequential.test, sequential.documents)
    } else {
      (test, read) = (scores.test(drop: rule.drop), scores.count)
    }
    power = scores.power(rule, tasks: tasks)
    needed = max(scores.count + 1, scores.documentsNeeded(rule, tasks: tasks))
    (correctedWorse, verdict) = (1, .inconclusive)
  }

  /// With its p-value corrected for all tasks, and the answer that follows.
  func corrected(_ worse: Double, _ rule: GateRule) -> GatedTask {
    var task = self
    task.correctedWorse = worse
    task.verdict = rule.verdict(test, worse: worse)
    if task.verdict != .inconclusive { task.needed = nil }
    return task
  }
}

extension BettingTest {
  /// The test of a task's documents in the order of a seed, as far as it takes.
  ///
  /// - Throws: ``JobError`` for scores outside 0 … 1, of which no bet is safe.
  init(_ scores: PairedScores, _ rule: GateRule, tasks: Int, seed: UInt64) throws(JobError) {
    try scores.requireShares(for: "--sequential")
    self.init(rule, tasks: tasks)
    let differences = scores.differences
    for place in SeededOrder(seed).places(scores.documents) { observe(differences[place]) }
  }
}
