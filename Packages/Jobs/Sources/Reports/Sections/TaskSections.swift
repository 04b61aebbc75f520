import Evaluations
import Figures
import Foundation
import Models

/// Of each evaluation: calibration, accuracy by length and by the right option's place, and what is chosen too often.
struct TaskSections {
  private let runs: [ReportedRun]
  private let tables: [SampleTable]

  init(_ runs: [ReportedRun], _ tables: [SampleTable]) {
    self.runs = runs
    self.tables = tables
  }

  var markup: Markup {
    let parts = tables.map(section)
    return """
      <section id="tasks" aria-labelledby="tasks-title">
      <h2 id="tasks-title">Tasks</h2>
      \(parts)</section>

      """
  }

  private func section(_ table: SampleTable) -> Markup {
    let parts = zip(runs, table.columns).compactMap { run, column in
      column.map { TaskAnalysis(run.label, $0) }
    }
    let figures = [calibration(parts), lengths(parts)].compactMap { $0 }
    let tables = parts.map(biasTable)
    let shown: Markup =
      figures.isEmpty && tables.allSatisfy { $0.html.isEmpty }
      ? "<p class=\"faint\">Its samples are neither choices nor right or wrong; see them below.</p>\n"
      : "<div class=\"figures\">\(figures)</div>\n\(tables)"
    return "<section>\n<h3>\(table.name)</h3>\n\(Flips(runs, table).markup)\(shown)</section>\n"
  }

  private func calibration(_ parts: [TaskAnalysis]) -> Markup? {
    let known = parts.compactMap { part in part.calibration.map { (part.label, $0) } }
    guard !known.isEmpty else { return nil }
    let lines = known.map { label, calibration in
      Figure.Line(label, x: calibration.bins.map(\.confidence), y: calibration.bins.map(\.accuracy.value))
    }
    let figure = Figure(
      "Calibration",
      .lines(
        lines + [Figure.Line("calibrated", x: [0, 1], y: [0, 1], isFaint: true)],
        x: .init("share of the chosen option"), y: .init("accuracy")))
    let rows = known.flatMap { label, calibration in
      calibration.bins.map { bin -> [Markup] in
        [
          "<bdi>\(label)</bdi>", "\(Numbers.percent(bin.confidence))", "\(Numbers.text(bin.accuracy))",
          "\(bin.accuracy.count)",
        ]
      }
    }
    let errors = known.map { "\($0): \(Numbers.percent($1.expectedError))" }.joined(separator: ", ")
    return .figure(
      figure, "Expected calibration error: \(errors)", header: ["run", "mean share", "accuracy", "samples"],
      numeric: [1, 2, 3], rows: rows)
  }

  private func lengths(_ parts: [TaskAnalysis]) -> Markup? {
    let known = parts.compactMap { part in part.lengths.map { (part.label, $0.bins) } }
    guard !known.isEmpty else { return nil }
    let lines = known.map { label, bins in
      Figure.Line(
        label, x: bins.map { Double($0.lengths.lowerBound + $0.lengths.upperBound) / 2 },
        y: bins.map(\.accuracy.value))
    }
    let figure = Figure("Accuracy by length", .lines(lines, x: .init("tokens"), y: .init("accuracy")))
    let rows = known.flatMap { label, bins in
      bins.map { bin -> [Markup] in
        [
          "<bdi>\(label)</bdi>", "\(bin.lengths.lowerBound) to \(bin.lengths.upperBound)",
          "\(Numbers.text(bin.accuracy))", "\(bin.accuracy.count)",
        ]
      }
    }
    return .figure(
      figure, "Tokens of the longest request of a sample, about as many samples a bin",
      header: ["run", "tokens", "accuracy", "samples"], numeric: [1, 2, 3], rows: rows)
  }

  private func biasTable(_ part: TaskAnalysis) -> Markup {
    guard let bias = part.bias else { return "" }
    let kinds =
      bias.positions.enumerated().map { ("option \($0 + 1)", $1) }
      + [("the longest option", bias.longest), ("the shortest option", bias.shortest)]
    let rows = kinds.map { name, kind -> [Markup] in
      let mark: Markup =
        kind.isBeyondChance
        ? "<span class=\"note\">\(kind.chosen.value > kind.chance ? "more" : "less") than chance</span>" : ""
      return [
        "\(name)", "\(Numbers.text(kind.chosen))", "\(Numbers.percent(kind.chance))", mark,
        "\(Numbers.percent(kind.right.value))", "\(Numbers.text(kind.accuracy))", "\(kind.accuracy.count)",
      ]
    }
    return .table(
      "Choices of \(part.label), by the option's place and length, with intervals of 95 %",
      header: [
        "option", "chosen", "by chance", "", "is right", "accuracy where it is right",
        "samples where it is right",
      ], numeric: [1, 2, 4, 5, 6], rows: rows)
  }
}

/// What one run's samples of an evaluation show.
private struct TaskAnalysis {
  let label: String
  let calibration: Calibration?
  let lengths: LengthBins?
  let bias: ChoiceBias?

  init(_ label: String, _ column: SampleTable.Column) {
    self.label = label
    let cells = column.present
    let choices = cells.compactMap(\.choice)
    calibration = Calibration(
      choices.compactMap { choice in choice.right.map { (choice.confidence, choice.chosen == $0) } })
    lengths = LengthBins(cells.compactMap { cell in column.isRight(cell).map { (cell.tokens, $0) } })
    bias = ChoiceBias(choices)
  }
}

/// How many samples each run has right that the first has wrong, and the other way round.
private struct Flips {
  let markup: Markup

  init(_ runs: [ReportedRun], _ table: SampleTable) {
    guard runs.count > 1, let first = table.columns[0] else {
      markup = ""
      return
    }
    let lines = zip(runs, table.columns).dropFirst().compactMap { run, column -> Markup? in
      guard let column else { return nil }
      let pairs = zip(first.cells, column.cells).compactMap { one, other in
        one.flatMap { one in
          other.flatMap { other in first.isRight(one).flatMap { a in column.isRight(other).map { (a, $0) } } }
        }
      }
      guard !pairs.isEmpty else { return nil }
      let (lost, won) = (pairs.count { $0.0 && !$0.1 }, pairs.count { !$0.0 && $0.1 })
      return """
        <li><bdi>\(run.label)</bdi> against <bdi>\(runs[0].label)</bdi>: \(lost) right became wrong, \(won) wrong became right,
        of \(pairs.count)</li>

        """
    }
    markup = lines.isEmpty ? "" : "<ul>\(lines)</ul>\n"
  }
}
