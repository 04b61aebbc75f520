import Evaluations
import Jobs
import Tasks

/// Averages over tasks, of several runs.
///
/// Tasks are averaged where every run has them and their metric is a share, from 0 to 1, of which more is better.
struct RunAverages {
  /// Of the tasks that are averaged.
  let names: [String]
  private let tasks: [RunTable.Row]

  init(_ tasks: [RunTable.Row]) {
    self.tasks = tasks.filter { task in
      task.higherIsBetter != false
        && task.entries.allSatisfy { $0.map { (0...1).contains($0.value) } ?? false }
    }
    names = self.tasks.map(\.name)
  }

  /// A row for each kind of average; none where there are not two tasks to average.
  ///
  /// - Parameter ranks: Of the runs, by the mean of tasks.
  func rows(ranks: [Int]?) -> [RunTable.Row] {
    guard tasks.count > 1 else { return [] }
    let runs = tasks[0].entries.indices
    var mean = row(
      "mean of tasks", runs.map { average($0, isWeighted: false) { ($0.value, $0.standardError) } })
    for run in runs { mean.entries[run]?.rank = ranks?[run] }
    var rows = [
      row(
        "mean by documents", runs.map { average($0, isWeighted: true) { ($0.value, $0.standardError) } }),
      mean,
    ]
    if tasks.contains(where: { $0.entries.contains { $0?.chance != nil } }) {
      rows.append(row("mean above chance", runs.map { average($0, isWeighted: false, Self.aboveChance) }))
    }
    return rows
  }

  /// From 0 at chance or below to 1; where chance is not known, the value itself.
  ///
  /// - Source: Open LLM Leaderboard 2, *scores normalization*.
  private static func aboveChance(_ entry: RunTable.Entry) -> (Double, Double?) {
    guard let chance = entry.chance, chance < 1 else { return (entry.value, entry.standardError) }
    return (max(0, (entry.value - chance) / (1 - chance)), entry.standardError.map { $0 / (1 - chance) })
  }

  /// As lm-evaluation-harness sums up a group.
  private func average(
    _ run: Int, isWeighted: Bool, _ measure: (RunTable.Entry) -> (Double, Double?)
  ) -> RunTable.Entry {
    let parts = tasks.compactMap { $0.entries[run] }.map { entry in
      let (value, error) = measure(entry)
      return (metric: Metric("", value, standardError: error), size: Double(entry.samples ?? 1))
    }
    return RunTable.Entry(TaskGroup.mean(of: parts, isWeighted: isWeighted), samples: nil)
  }

  private func row(_ name: String, _ entries: [RunTable.Entry]) -> RunTable.Row {
    RunTable.Row(name: name, metric: "", higherIsBetter: true, entries: entries)
  }
}
