import Foundation
public import Jobs

/// A decision about a candidate, with its error rates: whether it is worse than a base on any task, by what matters.
public struct Gate: Sendable {
  public let rule: GateRule
  public let base: String
  public let candidate: String
  /// The seed of the order in which documents were read; `nil` where all were read at once.
  public let seed: UInt64?
  public let tasks: [GatedTask]
  /// What was left out of the comparison.
  public let notes: [String]

  public var verdict: Verdict { Verdict(tasks.map(\.verdict)) }

  /// - Parameters:
  ///   - base: What the candidate is held against.
  ///   - seed: Of a sequential test; `nil` for one of all documents.
  ///   - together: Whether the documents of all tasks are decided about as those of one.
  /// - Throws: ``JobError`` where the runs have no task or document in common, were made under other settings, asked in
  ///   other words, or, for a sequential test or one of all tasks together, have scores outside 0 … 1.
  public init(
    _ base: RunOutcomes, _ candidate: RunOutcomes, rule: GateRule, seed: UInt64? = nil, together: Bool = false
  ) throws(JobError) {
    try Self.refuseOtherSettings(base, candidate)
    let common = try Self.pairs(base, candidate)
    let pairs = together ? [try PairedScores(together: common)] : common
    (self.rule, self.base, self.candidate, self.seed) = (rule, base.title, candidate.title, seed)
    var tasks: [GatedTask] = []
    for scores in pairs {
      tasks.append(try GatedTask(scores, rule: rule, tasks: pairs.count, seed: seed))
    }
    let corrected = Holm.corrected(tasks.map(\.test.worse))
    self.tasks = zip(tasks, corrected).map { $0.corrected($1 ?? 1, rule) }
    notes = Self.notes(base, candidate, common)
  }

  private static func refuseOtherSettings(
    _ base: RunOutcomes, _ candidate: RunOutcomes
  ) throws(JobError) {
    for name in Set(base.settings.keys).union(candidate.settings.keys).sorted() {
      let (there, here) = (base.settings[name] ?? "default", candidate.settings[name] ?? "default")
      guard there == here else {
        throw JobError(.incomparable(.otherSetting(name, there: there, here: here)))
      }
    }
  }

  private static func pairs(
    _ base: RunOutcomes, _ candidate: RunOutcomes
  ) throws(JobError) -> [PairedScores] {
    var pairs: [PairedScores] = []
    for task in base.tasks {
      guard let other = candidate.tasks.first(where: { $0.name == task.name }) else { continue }
      pairs.append(try PairedScores(task, other))
    }
    guard !pairs.isEmpty else {
      throw JobError(
        .incomparable(
          .noCommonEvaluation(
            first: base.title, second: candidate.title, there: base.tasks.map(\.name),
            here: candidate.tasks.map(\.name))))
    }
    return pairs
  }

  private static func notes(
    _ base: RunOutcomes, _ candidate: RunOutcomes, _ pairs: [PairedScores]
  ) -> [String] {
    var notes: [String] = []
    for (title, own, other) in [
      ("base", base.tasks, candidate.tasks), ("candidate", candidate.tasks, base.tasks),
    ] {
      let alone = own.map(\.name).filter { name in !other.contains { $0.name == name } }
      if !alone.isEmpty { notes.append("only the \(title) has \(alone.joined(separator: ", "))") }
    }
    for scores in pairs {
      let most = (base.tasks + candidate.tasks).filter { $0.name == scores.name }.map(\.documents.count).max()
      guard let most, most > scores.count else { continue }
      notes.append("\(scores.name): the \(scores.count) documents that both runs have, of \(most)")
    }
    return notes
  }
}
