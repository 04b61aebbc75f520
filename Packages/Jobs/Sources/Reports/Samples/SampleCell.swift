import Basics
import Evaluations
import Foundation
import Runs

/// What a table of samples keeps of a run's sample; the rest is in the page's blocks.
struct SampleCell: Sendable {
  /// Its place in the run's file, from 0.
  var line: Int
  var score: Double
  /// By the evaluation's metrics that are one number a sample; not a number where it has none.
  var values: [Double]
  var counts: Counts
  /// Tokens of the longest request, answer included.
  var tokens: Int
  /// Tokens of all requests, answers included.
  var allTokens: Int
  var choice: Choice?

  /// - Parameter metrics: The keys of ``values``.
  init(_ sample: RecordedSample, line: Int, metrics: [String]) {
    self.line = line
    score = sample.score
    values = metrics.map { $0 == Self.scoreKey ? sample.score : sample.values[$0]?.number ?? .nan }
    counts = sample.counts
    let lengths = sample.exchanges.map(\.tokenCount)
    tokens = lengths.max() ?? 0
    allTokens = lengths.reduce(0, +)
    choice = Choice(sample)
  }

  /// The name of the score among ``values``.
  static let scoreKey = "score"
}

extension Choice {
  /// `nil` unless the sample is a choice of several continuations.
  init?(_ sample: RecordedSample) {
    guard sample.arguments.count > 1, let sums = sample.logLikelihoods, sums.count == sample.arguments.count,
      sums.allSatisfy(\.isFinite)
    else { return nil }
    let right = sample.target.index(in: sample.arguments)
    self.init(
      logLikelihoods: sums, lengths: sample.arguments.map { $0.last?.count ?? 0 },
      right: right.flatMap { sums.indices.contains($0) ? $0 : nil })
  }
}

extension RecordedExchange {
  /// Tokens of the request and its answer.
  fileprivate var tokenCount: Int {
    switch (request, response) {
    case (.score(let request), _): request.ids.count
    case (.generate(let request), .generation(let answer)): request.prompt.count + answer.ids.count
    case (.generate(let request), .score): request.prompt.count
    }
  }
}
