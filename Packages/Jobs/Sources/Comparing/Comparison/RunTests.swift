import Evaluations
import Foundation
import Jobs
import Runs

/// Which of several runs are better than which, task by task and over all of them.
struct RunTests {
  /// How many runs there are.
  let count: Int
  private var comparisons: [Comparison] = []

  /// Two runs in one task.
  fileprivate struct Comparison {
    var task: String
    var pair: Pair
    /// Positive where the second run is better.
    var direction: Double
    var pValue: Double
    /// Of the samples' scores, second less first, with its standard error.
    var difference: Double
    var error: Double
  }

  fileprivate struct Pair: Hashable {
    var first: Int
    var second: Int
  }

  init(count: Int) { self.count = count }

  /// Compares all pairs of runs that have a task, on the documents that both answered.
  ///
  /// - Throws: ``JobError`` for samples that are missing or damaged, and for documents that are not the same in two runs.
  mutating func add(_ task: RunTable.Row, of runs: [StoredRun]) throws {
    let samples = try zip(runs, task.entries).map { run, entry in
      try entry.map { _ in try run.scoredSamples(of: task.name) }
    }
    for pair in pairs {
      guard let first = samples[pair.first], let second = samples[pair.second] else { continue }
      let comparison = try TaskComparison(name: task.name, first: first, second: second)
      let sign = task.higherIsBetter == false ? -1.0 : 1
      let byScores = sign * (comparison.second - comparison.first)
      comparisons.append(
        Comparison(
          task: task.name, pair: pair,
          direction: comparison.mcNemar == nil ? comparison.logLikelihood?.mean ?? byScores : byScores,
          pValue: comparison.pValue
            ?? NormalDistribution.twoSided(byScores, error: comparison.differenceError ?? .infinity),
          difference: byScores, error: comparison.differenceError ?? .infinity))
    }
  }

  private var pairs: [Pair] {
    (0..<count).flatMap { first in
      ((first + 1)..<max(count, first + 1)).map { Pair(first: first, second: $0) }
    }
  }

  /// Tasks with the ranks of the runs in them.
  func ranked(_ tasks: [RunTable.Row]) -> [RunTable.Row] {
    let corrected = Holm.corrected(comparisons.map(\.pValue))
    let holding = zip(comparisons, corrected).filter { ($0.1 ?? 1) < RunTable.significance }.map(\.0)
    return tasks.map { task in
      var task = task
      guard comparisons.contains(where: { $0.task == task.name }) else { return task }
      for run in task.entries.indices {
        task.entries[run]?.rank =
          1 + holding.count { $0.task == task.name && $0.isLost(by: run) }
      }
      return task
    }
  }

  /// The ranks of the runs by the mean of their scores over tasks that all of them have, each pair tested by the errors of
  /// its differences; `nil` where there is nothing to test.
  func ranksOfMean(over tasks: [String]) -> [Int]? {
    let means = pairs.compactMap { pair -> Comparison? in
      let own = comparisons.filter { $0.pair == pair && tasks.contains($0.task) }
      guard !own.isEmpty else { return nil }
      let number = Double(own.count)
      let difference = own.reduce(0) { $0 + $1.difference } / number
      let error = own.reduce(0) { $0 + $1.error * $1.error }.squareRoot() / number
      return Comparison(
        task: "", pair: pair, direction: difference,
        pValue: NormalDistribution.twoSided(difference, error: error),
        difference: difference, error: error)
    }
    guard !means.isEmpty else { return nil }
    let corrected = Holm.corrected(means.map(\.pValue))
    let holding = zip(means, corrected).filter { ($0.1 ?? 1) < RunTable.significance }.map(\.0)
    return (0..<count).map { run in 1 + holding.count { $0.isLost(by: run) } }
  }
}

extension RunTests.Comparison {
  /// Whether a run is the worse one of the two.
  fileprivate func isLost(by run: Int) -> Bool {
    direction > 0 ? pair.first == run : direction < 0 && pair.second == run
  }
}
