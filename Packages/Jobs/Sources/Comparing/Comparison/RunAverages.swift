import Evaluations
import Jobs
import Tasks

/// Averages over tasks, of several runs.
///
/// Tasks are averaged where every run has them and their metric is a share, from 0 to 1, of which more is better. The tasks of
/// a group count as one, the mean by their documents: else the 57 subjects of MMLU would outvote all others.
struct RunAverages {
  /// What counts as one: a task, or those of a group that is in no other.
  private let units: [[RunTable.Row]]
  /// How much each averaged task counts in the mean of tasks, by name; 1 together.
  let weights: [String: Double]

  init(_ tasks: [RunTable.Row], _ groups: [RunTable.Row]) {
    let averaged = tasks.filter { task in
      task.higherIsBetter != false
        && task.entries.allSatisfy { $0.map { (0...1).contains($0.value) } ?? false }
    }
    let outermost = groups.sorted { $0.tasks.count > $1.tasks.count }
    var units: [(name: String, tasks: [RunTable.Row])] = []
    for task in averaged {
      let name = outermost.first { $0.tasks.contains(task.name) }?.name ?? task.name
      if let unit = units.firstIndex(where: { $0.name == name }) {
        units[unit].tasks.append(task)
      } else {
        units.append((name, [task]))
      }
    }
    self.units = units.map(\.tasks)
    let shares = self.units.flatMap { RunTests.weights($0).mapValues { $0 / Double(units.count) } }
    weights = Dictionary(shares) { first, _ in first }
  }

  /// A row for each kind of average; none where there are not two tasks to average.
  ///
  /// - Parameter ranks: Of the runs, by the mean of tasks.
  func rows(ranks: [Int]?) -> [RunTable.Row] {
    let tasks = units.flatMap(\.self)
    guard tasks.count > 1 else { return [] }
    let runs = tasks[0].entries.indices
    let byDocuments = row("mean by documents", runs.map { run in Self.mean(tasks, run, Self.plain) })
    guard units.count > 1 else { return [byDocuments] }
    var mean = row("mean of tasks", runs.map { meanOfUnits($0, Self.plain) })
    for run in runs { mean.entries[run]?.rank = ranks?[run] }
    guard tasks.contains(where: { $0.entries.contains { $0?.chance != nil } }) else {
      return [byDocuments, mean]
    }
    return [byDocuments, mean, row("mean above chance", runs.map { meanOfUnits($0, Self.aboveChance) })]
  }

  /// A value and its standard error.
  private typealias Measured = (Double, Double?)

  private static func plain(_ entry: RunTable.Entry) -> Measured { (entry.value, entry.standardError) }

  /// From 0 at chance or below to 1; where chance is not known, the value itself.
  ///
  /// - Source: Open LLM Leaderboard 2, *scores normalization*.
  private static func aboveChance(_ entry: RunTable.Entry) -> Measured {
    guard let chance = entry.chance, chance < 1 else { return plain(entry) }
    return (max(0, (entry.value - chance) / (1 - chance)), entry.standardError.map { $0 / (1 - chance) })
  }

  private func meanOfUnits(_ run: Int, _ measure: (RunTable.Entry) -> Measured) -> RunTable.Entry {
    let parts = units.map { unit in
      let entry = Self.mean(unit, run, measure)
      return (metric: Metric("", entry.value, standardError: entry.standardError), size: 1.0)
    }
    return RunTable.Entry(TaskGroup.mean(of: parts, isWeighted: false), samples: nil)
  }

  /// By documents, as lm-evaluation-harness sums up a group.
  private static func mean(
    _ tasks: [RunTable.Row], _ run: Int, _ measure: (RunTable.Entry) -> Measured
  ) -> RunTable.Entry {
    let parts = tasks.compactMap { $0.entries[run] }.map { entry in
      let (value, error) = measure(entry)
      return (metric: Metric("", value, standardError: error), size: Double(entry.samples ?? 1))
    }
    return RunTable.Entry(TaskGroup.mean(of: parts, isWeighted: true), samples: nil)
  }

  private func row(_ name: String, _ entries: [RunTable.Entry]) -> RunTable.Row {
    RunTable.Row(name: name, metric: "", higherIsBetter: true, entries: entries)
  }
}
