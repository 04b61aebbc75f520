import Models

extension Drawing {
  /// Lines over a grid, their names above it. A point without neighbours is a small square.
  init(title: String, lines: [Figure.Line], x: Figure.Axis, y: Figure.Axis) {
    self.init(width: 640, height: 400)
    let horizontal = Scale(lines.flatMap(\.x), isLogarithmic: x.isLogarithmic, roundsOut: false, count: 8)
    let vertical = Scale(lines.flatMap(\.y), isLogarithmic: y.isLogarithmic, roundsOut: true)
    let labelWidth = vertical.labels.map { Style.width(of: $0) }.max() ?? 0
    let left = Style.margin + Style.textSize + 10 + labelWidth + 8
    let plot = Frame(x: left, y: 72, width: width - left - 24, height: height - 72 - 56)
    text(title, Style.margin, 28, size: Style.titleSize, isBold: true)
    legend(lines.map { ($0.name, Self.color(of: $0, among: lines), $0.isFaint) }, x: left, y: 52)
    grid(plot, horizontal, vertical)
    for (line, color) in lines.map({ ($0, Self.color(of: $0, among: lines)) })
      .sorted(by: { $0.0.isFaint && !$1.0.isFaint })
    {
      for run in Self.runs(of: line, plot, horizontal, vertical) {
        if run.count > 1 {
          self.line(run, color, width: line.isFaint ? 1 : 2)
        } else {
          fill(Frame(x: run[0].x - 3, y: run[0].y - 3, width: 6, height: 6), color)
        }
      }
    }
    text(x.label, plot.center.x, plot.bottom + 40, color: .faintText, anchor: .middle)
    text(
      y.label, Style.margin + Style.textSize - 2, plot.center.y, color: .faintText, anchor: .middle,
      isTurned: true)
  }

  /// Faint lines are paler; each has a colour of its own.
  private static func color(of line: Figure.Line, among lines: [Figure.Line]) -> Color {
    let index = lines.firstIndex(of: line) ?? 0
    let color = Color.lines[index % Color.lines.count]
    return line.isFaint ? color.mixed(0.45, with: .white) : color
  }

  private mutating func legend(_ entries: [(name: String, color: Color, isFaint: Bool)], x: Double, y: Double)
  {
    var x = x
    for entry in entries {
      line(from: (x, y - 4), to: (x + 18, y - 4), entry.color, width: entry.isFaint ? 1.5 : 2.5)
      text(entry.name, x + 24, y, color: .faintText)
      x += 24 + Style.width(of: entry.name) + 20
    }
  }

  private mutating func grid(_ plot: Frame, _ horizontal: Scale, _ vertical: Scale) {
    for (tick, label) in zip(vertical.ticks, vertical.labels) {
      guard let share = vertical.share(of: tick) else { continue }
      let y = plot.bottom - share * plot.height
      line(from: (plot.x, y), to: (plot.right, y), .grid)
      text(label, plot.x - 8, y + 4, color: .faintText, anchor: .end)
    }
    line(from: (plot.x, plot.bottom), to: (plot.right, plot.bottom), .axis)
    for (tick, label) in zip(horizontal.ticks, horizontal.labels) {
      guard let share = horizontal.share(of: tick) else { continue }
      let x = plot.x + share * plot.width
      line(from: (x, plot.bottom), to: (x, plot.bottom + 5), .axis)
      text(label, x, plot.bottom + 19, color: .faintText, anchor: .middle)
    }
  }

  /// The points of a line, broken where one has no place.
  private static func runs(
    of line: Figure.Line, _ plot: Frame, _ horizontal: Scale, _ vertical: Scale
  ) -> [[Point]] {
    var runs: [[Point]] = [[]]
    for (x, y) in zip(line.x, line.y) {
      guard let along = horizontal.share(of: x), let up = vertical.share(of: y) else {
        runs.append([])
        continue
      }
      runs[runs.count - 1].append(
        Point(x: plot.x + along * plot.width, y: plot.bottom - up * plot.height))
    }
    return runs.filter { !$0.isEmpty }
  }
}
