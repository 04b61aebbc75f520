import Evaluations
import Foundation
import Jobs

/// All metrics of all runs, each with the interval in which it lies.
struct OverviewSection {
  private let runs: [ReportedRun]

  init(_ runs: [ReportedRun]) { self.runs = runs }

  var markup: Markup {
    let rows = evaluations.flatMap(rows)
    return """
      <section id="overview" aria-labelledby="overview-title">
      <h2 id="overview-title">Overview</h2>
      <p class="faint">The bar is the interval of 95 %, value ± 1.96 standard errors; the dashed line is what chance gives.</p>
      \(Markup.table(
        "Metrics", header: ["evaluation", "metric", "run", "value", "± 95 %", "interval", "chance", "samples"],
        numeric: [3, 4, 6, 7], rows: rows))\(remarks)</section>

      """
  }

  /// The names of evaluations and groups, in the order of the first run that has them.
  private var evaluations: [String] {
    var names: [String] = []
    for run in runs {
      for name in run.result.evaluations.map(\.name) + run.result.groups.map(\.name)
      where !names.contains(name) {
        names.append(name)
      }
    }
    return names
  }

  private func metrics(_ run: ReportedRun, _ name: String) -> (metrics: [Metric], samples: Int?)? {
    if let evaluation = run.result(of: name) { return (evaluation.metrics, evaluation.samples) }
    return run.result.groups.first { $0.name == name }.map { ($0.metrics, nil) }
  }

  private func rows(_ name: String) -> [[Markup]] {
    var keys: [String] = []
    for run in runs {
      for key in metrics(run, name)?.metrics.map({ $0.key() }) ?? [] where !keys.contains(key) {
        keys.append(key)
      }
    }
    return keys.enumerated().flatMap { index, key in
      runs.enumerated().compactMap { place, run -> [Markup]? in
        guard let found = metrics(run, name), let metric = found.metrics.first(where: { $0.key() == key })
        else {
          return nil
        }
        return row(
          index == 0 && place == 0 ? "\(name)" : "<span class=\"unseen\">\(name)</span>", metric, run.label,
          samples: found.samples)
      }
    }
  }

  private func row(_ name: Markup, _ metric: Metric, _ label: String, samples: Int?) -> [Markup] {
    let half = metric.standardError.map { normalQuantile975 * $0 }
    return [
      name, "\(metric.filter == Metric.noFilter ? metric.name : metric.key())", "<bdi>\(label)</bdi>",
      "\(Numbers.text(metric.value))", "\(half.map { Numbers.text($0) } ?? "")",
      IntervalBar(metric, half: half)?.markup ?? "",
      "\(metric.guessBaselines.map { Numbers.text($0.chance) } ?? "")",
      "\(samples.map(String.init) ?? "")",
    ]
  }

  /// What was cut, merged or tied.
  private var remarks: Markup {
    let lines = runs.flatMap { run in
      run.result.evaluations.compactMap { evaluation -> Markup? in
        let counts = evaluation.counts
        let named = [("truncated", counts.truncated), ("merged", counts.merged), ("tied", counts.tied)]
          .filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
        guard !named.isEmpty else { return nil }
        return "<li><bdi>\(run.label)</bdi>, \(evaluation.name): \(named.joined(separator: ", "))</li>\n"
      }
    }
    return lines.isEmpty ? "" : "<ul class=\"note\">\(lines)</ul>\n"
  }
}

/// A share between 0 and 1 with its interval, as a bar in a cell of a table.
private struct IntervalBar {
  let value: Double
  let half: Double
  let chance: Double?

  /// - Returns: `nil` for what is no share, or has no error.
  init?(_ metric: Metric, half: Double?) {
    guard let half, half.isFinite, (0...1).contains(metric.value), metric.higherIsBetter != false else {
      return nil
    }
    value = metric.value
    self.half = half
    chance = metric.guessBaselines?.chance
  }

  var markup: Markup {
    func x(_ share: Double) -> String { String(format: "%.1f", 2 + 156 * min(max(share, 0), 1)) }
    let mark: Markup =
      chance.map { chance in
        "<line class=\"interval-chance\" x1=\"\(x(chance))\" x2=\"\(x(chance))\" y1=\"1\" y2=\"17\"/>"
      } ?? ""
    return """
      <svg width="160" height="18" viewBox="0 0 160 18" aria-hidden="true">\
      <line class="interval-track" x1="2" x2="158" y1="9" y2="9"/>\(mark)\
      <line class="interval-range" x1="\(x(value - half))" x2="\(x(value + half))" y1="9" y2="9"/>\
      <circle class="interval-value" cx="\(x(value))" cy="9" r="3.5"/></svg>
      """
  }
}
