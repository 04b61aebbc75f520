import Models

extension Drawing {
  /// Panels in a grid that share their axes, and a colour bar at the right.
  init(title: String, heatMaps maps: Figure.HeatMaps) {
    let perRow = max(1, min(maps.panelsPerRow, maps.panels.count))
    let rows = (maps.panels.count + perRow - 1) / perRow
    let side = maps.panels.count == 1 ? 320.0 : max(110, min(190, 720 / Double(perRow)))
    let (gap, head) = (16.0, 20.0)
    let (left, top) = (64.0, 46.0)
    let bar = 76 + Style.textSize
    let gridWidth = Double(perRow) * (side + gap) - gap
    let gridHeight = Double(rows) * (side + head + gap) - gap
    self.init(width: left + gridWidth + bar + Style.margin, height: top + gridHeight + 52)
    text(title, Style.margin, 28, size: Style.titleSize, isBold: true)
    let scale = Scale(
      [maps.range.lowerBound, maps.range.upperBound], isLogarithmic: maps.value.isLogarithmic,
      roundsOut: false, count: 5)
    for (index, panel) in maps.panels.enumerated() {
      let (row, column) = (index / perRow, index % perRow)
      let frame = Frame(
        x: left + Double(column) * (side + gap), y: top + head + Double(row) * (side + head + gap),
        width: side, height: side)
      let isLowest = index + perRow >= maps.panels.count
      heatMap(panel, frame, scale, hasX: isLowest, hasY: column == 0)
    }
    let area = Frame(x: left, y: top + head, width: gridWidth, height: gridHeight - head)
    text(maps.x.label, area.center.x, area.bottom + 38, color: .faintText, anchor: .middle)
    text(
      maps.y.label, Style.margin + Style.textSize - 2, area.center.y, color: .faintText, anchor: .middle,
      isTurned: true)
    colorBar(
      maps.value, scale,
      Frame(x: area.right + 22, y: area.y, width: 12, height: min(area.height, 240)))
  }

  private mutating func heatMap(
    _ panel: Figure.HeatMaps.Panel, _ frame: Frame, _ scale: Scale, hasX: Bool, hasY: Bool
  ) {
    text(panel.title, frame.x, frame.y - 6, color: .text)
    // Some programs blur what they enlarge, so a cell is several pixels.
    let size = max(1, Int(3 * frame.width) / max(panel.columns, panel.rows))
    image(
      FigureImage(width: panel.columns * size, height: panel.rows * size) { column, row in
        let value = panel.values[row / size * panel.columns + column / size]
        guard value.isFinite else { return .nothing }
        return .scale(scale.share(of: value) ?? 0)  // what is not positive lies below any logarithm
      }, frame)
    if hasX {
      for (place, label) in Self.cells(panel.columns) {
        let x = frame.x + place * frame.width
        line(from: (x, frame.bottom), to: (x, frame.bottom + 4), .axis)
        text(label, x, frame.bottom + 17, color: .faintText, anchor: .middle)
      }
    }
    guard hasY else { return }
    for (place, label) in Self.cells(panel.rows) {
      let y = frame.y + place * frame.height
      line(from: (frame.x - 4, y), to: (frame.x, y), .axis)
      text(label, frame.x - 8, y + 4, color: .faintText, anchor: .end)
    }
  }

  /// Ticks at the middle of cells, numbered from 0.
  private static func cells(_ count: Int) -> [(place: Double, label: String)] {
    let scale = Scale([0, Double(count - 1)], roundsOut: false, count: 4)
    let ticks = count == 1 ? [0] : scale.ticks.filter { $0 == $0.rounded() }
    return ticks.map { (place: ($0 + 0.5) / Double(count), label: String(Int($0))) }
  }

  private mutating func colorBar(_ axis: Figure.Axis, _ scale: Scale, _ frame: Frame) {
    let steps = 128
    image(
      FigureImage(width: 1, height: steps) { _, row in
        .scale(1 - (Double(row) + 0.5) / Double(steps))
      }, frame)
    for (tick, label) in zip(scale.ticks, scale.labels) {
      guard let share = scale.share(of: tick) else { continue }
      let y = frame.bottom - share * frame.height
      line(from: (frame.right, y), to: (frame.right + 4, y), .axis)
      text(label, frame.right + 8, y + 4, color: .faintText)
    }
    text(axis.label, frame.x, frame.y - 8, color: .faintText)
  }
}
