import Evaluations
import Foundation
import Jobs
public import Runs

/// Two finished runs side by side, task by task, on the documents that both answered.
public struct RunComparison: Sendable {
  public let tasks: [TaskComparison]
  /// Evaluations that only one of the runs has.
  public let onlyInFirst: [String]
  public let onlyInSecond: [String]

  /// - Parameters:
  ///   - first: A finished run with its samples.
  ///   - second: Another.
  /// - Throws: ``JobError`` for results or samples that are missing or damaged, for documents that are not the same in
  ///   both, and where the runs have no evaluation in common.
  public init(_ first: StoredRun, _ second: StoredRun) throws {
    let there = try first.finished().evaluations.map(\.name).sorted()
    let here = try second.finished().evaluations.map(\.name).sorted()
    onlyInFirst = there.filter { !here.contains($0) }
    onlyInSecond = here.filter { !there.contains($0) }
    let common = there.filter(here.contains)
    guard !common.isEmpty else {
      throw JobError(
        .incomparable(
          .noCommonEvaluation(first: first.folder, second: second.folder, there: there, here: here)))
    }
    var tasks = try common.map { name in
      try TaskComparison(
        name: name, first: try first.scoredSamples(of: name), second: try second.scoredSamples(of: name))
    }
    let corrected = Holm.corrected(tasks.map { $0.pValue })
    for (index, value) in corrected.enumerated() { tasks[index].correctedPValue = value }
    self.tasks = tasks
  }
}

/// One evaluation in two runs.
public struct TaskComparison: Sendable {
  public let name: String
  /// Samples that both runs have.
  public let samples: Int
  /// Samples that each of them has.
  public let own: (first: Int, second: Int)
  /// The means of the samples' scores.
  public let first: Double
  public let second: Double
  /// The standard error of the difference of the means, from the samples' own differences; `nil` for one sample.
  public let differenceError: Double?
  /// Documents that only one of them has right; `nil` where scores are not right or wrong.
  public let flips: (onlyFirst: [Int], onlySecond: [Int])?
  /// How probable flips so uneven are between equally good models: McNemar's exact test, two-sided.
  public let mcNemar: Double?
  /// The mean difference, second less first, of the log-likelihoods of what is right, in nats a sample; `nil` where
  /// samples have none.
  public let logLikelihood: PairedBootstrap?
  /// The p-value of this task after Holm's correction for all tasks that are compared.
  public internal(set) var correctedPValue: Double?

  /// Of the flips where there are any to count, else of the log-likelihoods.
  public var pValue: Double? { mcNemar ?? logLikelihood?.pValue }

  init(name: String, first: [RecordedSample], second: [RecordedSample]) throws(JobError) {
    let pairs = try first.paired(with: second, in: name)
    self.name = name
    samples = pairs.count
    own = (first.count, second.count)
    self.first = pairs.reduce(0) { $0 + $1.0.score } / Double(pairs.count)
    self.second = pairs.reduce(0) { $0 + $1.1.score } / Double(pairs.count)
    differenceError = Metric.mean("", pairs.map { $0.second.score - $0.first.score }).standardError
    if pairs.allSatisfy({ [0, 1].contains($0.0.score) && [0, 1].contains($0.1.score) }) {
      let flips = (
        onlyFirst: pairs.filter { $0.0.score > $0.1.score }.map(\.0.document),
        onlySecond: pairs.filter { $0.0.score < $0.1.score }.map(\.0.document)
      )
      self.flips = flips
      mcNemar = McNemar.pValue(flips.onlyFirst.count, flips.onlySecond.count)
    } else {
      (flips, mcNemar) = (nil, nil)
    }
    let differences = pairs.compactMap { pair in
      pair.0.logLikelihood.flatMap { a in pair.1.logLikelihood.map { $0 - a } }
    }
    logLikelihood =
      differences.count == pairs.count && differences.allSatisfy(\.isFinite)
      ? PairedBootstrap(differences) : nil
  }
}
