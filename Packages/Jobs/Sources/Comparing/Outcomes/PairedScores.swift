import Foundation
public import Jobs

/// The scores of two models on the documents of a task that both answered.
public struct PairedScores: Sendable, Equatable {
  public let name: String
  public let metric: String
  public let documents: [Int]
  public let base: [Double]
  public let candidate: [Double]
  public let kind: Kind

  /// What a score can be, on which it depends how it is tested.
  public enum Kind: String, Sendable {
    /// 0 or 1.
    case rightOrWrong = "right or wrong"
    /// From 0 to 1.
    case share
    /// The logarithm of a perplexity: a difference of 0.01 is about one percent of it.
    case logPerplexity = "log perplexity"
    case number
  }

  /// - Throws: ``JobError`` where the tasks have no document in common, or one that was asked in other words, or other metrics.
  public init(_ base: TaskOutcomes, _ candidate: TaskOutcomes) throws(JobError) {
    guard base.metric == candidate.metric else {
      throw JobError(
        .incomparable(.otherMetric(evaluation: base.name, there: base.metric, here: candidate.metric)))
    }
    let counterparts = Dictionary(uniqueKeysWithValues: candidate.documents.map { ($0.index, $0) })
    var pairs: [(DocumentOutcome, DocumentOutcome)] = []
    for one in base.documents {
      guard let other = counterparts[one.index] else { continue }
      guard one.digest == other.digest else {
        throw JobError(.incomparable(.otherPrompt(evaluation: base.name, document: one.index)))
      }
      pairs.append((one, other))
    }
    guard !pairs.isEmpty else { throw JobError(.incomparable(.noCommonDocument(evaluation: base.name))) }
    (name, metric, documents) = (base.name, base.metric, pairs.map(\.0.index))
    // Of a perplexity the mean is Σ log-likelihoods / Σ weights, over the words of the same texts.
    let weight = pairs.reduce(0) { $0 + $1.0.weight } / Double(pairs.count)
    let unit = weight > 0 ? weight : 1
    self.base = pairs.map { $0.0.score / unit }
    self.candidate = pairs.map { $0.1.score / unit }
    let scores = self.base + self.candidate
    kind =
      !pairs.allSatisfy { $0.0.weight == 1 }
      ? .logPerplexity
      : scores.allSatisfy { [0, 1].contains($0) }
        ? .rightOrWrong : scores.allSatisfy { (0...1).contains($0) } ? .share : .number
  }

  /// The documents of several tasks as those of one, each of the same weight.
  ///
  /// - Throws: ``JobError`` for scores outside 0 … 1, which have no common unit.
  init(together tasks: [PairedScores]) throws(JobError) {
    for scores in tasks { try scores.requireShares(for: "--together") }
    name = "together"
    metric = Set(tasks.map(\.metric)).sorted().joined(separator: ", ")
    base = tasks.flatMap(\.base)
    candidate = tasks.flatMap(\.candidate)
    documents = Array(base.indices)
    kind = tasks.allSatisfy { $0.kind == .rightOrWrong } ? .rightOrWrong : .share
  }

  /// - Throws: ``JobError`` for scores outside 0 … 1.
  func requireShares(for option: String) throws(JobError) {
    guard kind == .rightOrWrong || kind == .share else {
      throw JobError(.incomparable(.unboundedScores(evaluation: name, metric: metric, option: option)))
    }
  }

  public var count: Int { documents.count }
  /// Candidate less base, by document.
  public var differences: [Double] { zip(candidate, base).map { $0 - $1 } }
  /// Documents on which the candidate scores less.
  public var losses: Int { differences.count { $0 < 0 } }
  /// Documents on which it scores more.
  public var gains: Int { differences.count { $0 > 0 } }
  public var baseMean: Double { base.reduce(0, +) / Double(count) }
  public var candidateMean: Double { candidate.reduce(0, +) / Double(count) }
  /// By how much the candidate scores less, in the mean.
  public var loss: Double { baseMean - candidateMean }
}

extension PairedScores {
  /// The test of all documents at once.
  func test(drop: Double) -> PairedTest {
    kind == .rightOrWrong
      ? PairedTest(losses: losses, gains: gains, documents: count, drop: drop)
      : PairedTest(differences: differences, drop: drop)
  }

  /// The documents that a gate needs where they differ as these do.
  public func documentsNeeded(_ rule: GateRule, tasks: Int) -> Int {
    kind == .rightOrWrong
      ? SampleSize.documents(rule, discordance: discordance, tasks: tasks)
      : SampleSize.documents(rule, variance: Moments(differences).variance, tasks: tasks)
  }

  /// The probability that a loss of the drop fails with these documents.
  func power(_ rule: GateRule, tasks: Int) -> Double {
    kind == .rightOrWrong
      ? SampleSize.power(rule, documents: count, discordance: discordance, tasks: tasks)
      : SampleSize.power(rule, documents: count, variance: Moments(differences).variance, tasks: tasks)
  }

  /// The share of documents that one model alone has right, with half a document more, so that none does not mean never.
  public var discordance: Double { (Double(losses + gains) + 0.5) / Double(count + 1) }
}
