import Foundation
import Jobs

/// What the runs took: time, tokens, memory.
struct CostSection {
  private let runs: [ReportedRun]
  private let tables: [SampleTable]

  init(_ runs: [ReportedRun], _ tables: [SampleTable]) {
    self.runs = runs
    self.tables = tables
  }

  var markup: Markup {
    let rows = runs.enumerated().map(row)
    return """
      <section id="cost" aria-labelledby="cost-title">
      <h2 id="cost-title">Time, tokens and memory</h2>
      \(Markup.table(
        "What each run took", header: [
          "run", "started", "seconds", "requests computed", "from the journal", "tokens asked", "peak memory", "threads",
          "machine",
        ], numeric: [2, 3, 4, 5, 6, 7], rows: rows))</section>

      """
  }

  private func row(_ index: Int, _ run: ReportedRun) -> [Markup] {
    let report = run.result.run
    let tokens = tables.reduce(0) { total, table in
      total + (table.columns[index]?.present.reduce(0) { $0 + $1.allTokens } ?? 0)
    }
    return [
      "<bdi>\(run.label)</bdi>",
      "<time>\(report.started.formatted(.iso8601.dateTimeSeparator(.space)))</time>",
      "\(Numbers.text(report.seconds, decimals: 1))",
      "\(report.computed)", "\(report.cacheHits)", "\(tokens)", "\(Numbers.bytes(report.peakMemory))",
      "\(report.threads)", "\(report.chip), \(report.cores) cores, \(report.host)",
    ]
  }
}
