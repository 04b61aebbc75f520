import Foundation

/// A run under way: how far it is, how fast, and what it comes to so far.
struct LivePage {
  let title: String
  let events: EventLines
  /// Whether the run's process is at work, as far as is known.
  let isRunning: Bool

  func data() -> Data {
    let isOver = events.hasFinished || events.failure != nil || !isRunning
    return Page(
      title: title, program: isOver ? .none : .live, introduction: StorePages.home,
      body: """
        <div id="live" data-state="\(isOver ? "over" : "running")">
        \(progress)\(scores)</div>

        """
    ).data()
  }

  private var progress: Markup {
    if let failure = events.failure { return "<p class=\"bad\">It ended without results: \(failure)</p>\n" }
    if events.hasFinished { return "<p class=\"good\">It has finished.</p>\n" }
    guard events.total > 0 else {
      return "<p>\(isRunning ? "It is at work." : "It does not report any more.")</p>\n"
    }
    let share = Int(100 * Double(events.completed) / Double(events.total))
    var facts = ["\(events.completed) of \(events.total) \(events.unit)"]
    if let rate = events.rate { facts.append("\(Numbers.text(rate, decimals: 1)) \(events.unit)/s") }
    if !events.detail.isEmpty { facts.append(events.detail) }
    if let least = events.secondsLeft.first, let most = events.secondsLeft.last {
      let (low, high) = (Numbers.text(least, decimals: 0), Numbers.text(most, decimals: 0))
      facts.append(low == high ? "\(low) s left" : "\(low) to \(high) s left")
    }
    return """
      <h2>\(events.activity.isEmpty ? "Progress" : events.activity)</h2>
      <progress max="100" value="\(share)" aria-label="Progress">\(share) %</progress>
      <p>\(share) %, \(facts.joined(separator: ", "))</p>

      """
  }

  private var scores: Markup {
    guard !events.scores.isEmpty else { return "" }
    let rows = events.scores.flatMap(Self.rows)
    return "<h2>So far</h2>\n"
      + Markup.table(
        "By the samples that are answered", header: ["evaluation", "metric", "value", "± 95 %", "samples"],
        numeric: [2, 3, 4], rows: rows)
  }

  private static func rows(_ score: EventLines.Score) -> [[Markup]] {
    var samples = "\(score.samples)"
    if let total = score.total { samples += " of \(total)" }
    return score.metrics.enumerated().map { index, metric -> [Markup] in
      let name: Markup = index == 0 ? "\(score.name)" : "<span class=\"unseen\">\(score.name)</span>"
      let half = metric.error.map { Numbers.text(normalQuantile975 * $0) } ?? ""
      return [name, "\(metric.name)", "\(Numbers.text(metric.value))", "\(half)", "\(samples)"]
    }
  }
}
