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

  /// Groups with the ranks of the runs in them, by the mean over the documents of their tasks.
  func ranked(_ groups: [RunTable.Row], of tasks: [RunTable.Row]) -> [RunTable.Row] {
    let weights = groups.map { group in Self.weights(tasks.filter { group.tasks.contains($0.name) }) }
    return zip(groups, ranks(of: weights)).map { group, ranks in
      var group = group
      for run in group.entries.indices { group.entries[run]?.rank = ranks?[run] }
      return group
    }
  }

  /// How much each of some tasks counts by its documents, by name; 1 together.
  static func weights(_ tasks: [RunTable.Row]) -> [String: Double] {
    let documents = tasks.map { task in Double(task.entries.lazy.compactMap { $0?.samples }.first ?? 1) }
    let whole = documents.reduce(0, +)
    return Dictionary(zip(tasks.map(\.name), documents.map { $0 / whole })) { first, _ in first }
  }

  /// The ranks of the runs by means of their scores, each pair tested by the errors of its differences and corrected for all
  /// pairs in all means.
  ///
  /// - Parameter means: How much each task counts in a mean, by name; 1 together.
  /// - Returns: For each mean the ranks; `nil` where no pair of runs has a task of it.
  func ranks(of means: [[String: Double]]) -> [[Int]?] {
    let tests = means.map { weights in pairs.compactMap { comparison(of: $0, weights) } }
    let corrected = Holm.corrected(tests.joined().map(\.pValue))
    var next = 0
    return tests.map { tests in
      let holding = zip(tests, corrected[next...]).filter { ($0.1 ?? 1) < RunTable.significance }.map(\.0)
      next += tests.count
      return tests.isEmpty ? nil : (0..<count).map { run in 1 + holding.count { $0.isLost(by: run) } }
    }
  }

  /// Two runs in a mean over those of its tasks that both have.
  private func comparison(of pair: Pair, _ weights: [String: Double]) -> Comparison? {
    let own = comparisons.filter { $0.pair == pair }.compactMap { comparison in
      weights[comparison.task].map { (comparison, weight: $0) }
    }
    guard !own.isEmpty else { return nil }
    let whole = own.reduce(0) { $0 + $1.weight }
    let difference = own.reduce(0) { $0 + $1.weight * $1.0.difference } / whole
    let variance = own.reduce(0) { $0 + $1.weight * $1.weight * $1.0.error * $1.0.error }
    let error = variance.squareRoot() / whole
    return Comparison(
      task: "", pair: pair, direction: difference,
      pValue: NormalDistribution.twoSided(difference, error: error), difference: difference, error: error)
  }
}

extension RunTests.Comparison {
  /// Whether a run is the worse one of the two.
  fileprivate func isLost(by run: Int) -> Bool {
    direction > 0 ? pair.first == run : direction < 0 && pair.second == run
  }
}
