import Evaluations
import Jobs

/// What several runs came to, task by task and group by group, by the metric that comes first.
struct RunRows {
  let tasks: [RunTable.Row]
  let groups: [RunTable.Row]

  init(_ results: [RunResult]) {
    tasks = Self.rows(results) { $0.evaluations.map { ($0.name, [], $0.metrics, $0.samples) } }
    groups = Self.rows(results) { $0.groups.map { ($0.name, $0.evaluations, $0.metrics, nil) } }
  }

  private typealias Part = (name: String, tasks: [String], metrics: [Metric], samples: Int?)

  private static func rows(_ results: [RunResult], _ parts: (RunResult) -> [Part]) -> [RunTable.Row] {
    let parts = results.map(parts)
    var seen: Set<String> = []
    let names = parts.joined().map(\.name).filter { seen.insert($0).inserted }
    return names.compactMap { name in
      let own = parts.map { run in run.first { $0.name == name } }
      // That of the first run, which others have too unless their task file is another.
      guard let metric = own.lazy.compactMap({ $0?.metrics.first }).first else { return nil }
      return RunTable.Row(
        name: name, tasks: own.lazy.compactMap { $0?.tasks }.first ?? [], metric: metric.key(),
        higherIsBetter: metric.higherIsBetter,
        entries: own.map { part in
          part?.metrics.first { $0.key() == metric.key() }.map { RunTable.Entry($0, samples: part?.samples) }
        })
    }
  }
}

extension RunTable.Entry {
  init(_ metric: Metric, samples: Int?) {
    self.init(
      value: metric.value, standardError: metric.standardError, chance: metric.guessBaselines?.chance,
      samples: samples)
  }
}
