import Evaluations
import Foundation
import Jobs
import Runs

/// The list of all runs of a store, and of what was trained.
struct StoreListPage {
  let store: RunStore

  func data() -> Data {
    let runs = store.runs
    let rows = runs.map(row)
    let list: Markup =
      rows.isEmpty
      ? "<p>There is no run below '\(store.root)' yet.</p>\n"
      : """
      <form action="/report" method="get">
      \(Markup.table(
        "All runs, the newest first", header: ["", "run", "state", "began", "model", "results"], numeric: [],
        rows: rows))
      <button type="submit">Show the chosen ones together</button>
      </form>

      """
    return Page(
      title: "Runs below \(store.root)", program: .none, sendsForms: true, introduction: "",
      body: list + trainings
    ).data()
  }

  private func row(_ run: StoredRun) -> [Markup] {
    let address = StorePages.address(of: run)
    let box: Markup =
      run.state == .finished
      ? "<input type=\"checkbox\" name=\"run\" value=\"\(address)\" aria-label=\"Choose \(run.title) \(run.reference)\">"
      : ""
    let kind =
      [RunState.finished: "good", .running: "note", .interrupted: "bad", .damaged: "bad"][run.state] ?? ""
    return [
      box,
      "<a href=\"/run/\(address)\"><bdi>\(run.title)</bdi></a><br><span class=\"faint\">\(run.reference)</span>",
      "<span class=\"\(kind)\">\(run.state.rawValue)</span>",
      "<time>\(run.began.formatted(.iso8601.dateTimeSeparator(.space)))</time>",
      "<bdi>\(run.model ?? "")</bdi>",
      "\(run.result.map(Self.summary) ?? "")",
    ]
  }

  /// The first metric of the first evaluations.
  private static func summary(_ result: RunResult) -> String {
    let shown = result.evaluations.prefix(4).compactMap { evaluation in
      evaluation.metrics.first.map { "\(evaluation.name) \(Numbers.text($0.value))" }
    }
    let rest = result.evaluations.count - shown.count
    return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  private var trainings: Markup {
    let names = store.names.filter { store.metricsPath(of: $0) != nil }
    guard !names.isEmpty else { return "" }
    let items = names.map { name -> Markup in
      "<li><a href=\"/training/\(StorePages.escaped(name.description))\"><bdi>\(name.description)</bdi></a></li>\n"
    }
    return "<h2>Training</h2>\n<ul>\(items)</ul>\n"
  }
}
