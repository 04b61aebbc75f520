import Foundation

extension Drawing {
  /// The drawing as pixels: lines smooth, texts in ``BitmapFont``.
  func image(pixelsPerPoint scale: Double) -> FigureImage {
    var image = FigureImage(
      width: Int((width * scale).rounded(.up)), height: Int((height * scale).rounded(.up)),
      filledWith: .white)
    for shape in shapes {
      switch shape {
      case .rectangle(let frame, let fill):
        image.paint(frame.scaled(by: scale)) { _, _ in fill }
      case .image(let pixels, let frame):
        image.paint(frame.scaled(by: scale)) { x, y in
          pixels[
            min(Int(x * Double(pixels.width)), pixels.width - 1),
            min(Int(y * Double(pixels.height)), pixels.height - 1)]
        }
      case .line(let points, let color, let width):
        image.stroke(points.map { Point(x: $0.x * scale, y: $0.y * scale) }, color, width: width * scale)
      case .text(let text, let point, let size, let color, let anchor, let isBold, let isTurned):
        image.write(
          text, at: Point(x: point.x * scale, y: point.y * scale), dot: Int((size * scale / 11).rounded()),
          color, anchor, isBold: isBold, isTurned: isTurned)
      }
    }
    return image
  }
}

extension Drawing.Frame {
  fileprivate func scaled(by factor: Double) -> Drawing.Frame {
    Drawing.Frame(x: x * factor, y: y * factor, width: width * factor, height: height * factor)
  }
}

extension FigureImage {
  /// Colours a frame by the place within it, 0 to 1 both ways.
  fileprivate mutating func paint(_ frame: Drawing.Frame, _ color: (Double, Double) -> Color) {
    let columns = max(0, Int(frame.x.rounded()))..<min(width, max(Int(frame.right.rounded()), 0))
    let rows = max(0, Int(frame.y.rounded()))..<min(height, max(Int(frame.bottom.rounded()), 0))
    for row in rows {
      for column in columns {
        self[column, row] = color(
          max(0, (Double(column) + 0.5 - frame.x) / frame.width),
          max(0, (Double(row) + 0.5 - frame.y) / frame.height))
      }
    }
  }

  /// Draws a line, each pixel covered by as much of it as lies within half a pixel.
  fileprivate mutating func stroke(_ points: [Drawing.Point], _ color: Color, width stroke: Double) {
    var covered: [Int: Double] = [:]
    let reach = stroke / 2 + 1
    for (a, b) in zip(points, points.dropFirst()) {
      let columns = Int(min(a.x, b.x) - reach)...Int(max(a.x, b.x) + reach)
      let rows = Int(min(a.y, b.y) - reach)...Int(max(a.y, b.y) + reach)
      for row in rows where (0..<height).contains(row) {
        for column in columns where (0..<width).contains(column) {
          let share = stroke / 2 + 0.5 - distance(Double(column) + 0.5, Double(row) + 0.5, a, b)
          if share > 0 { covered[row * width + column] = max(covered[row * width + column] ?? 0, share) }
        }
      }
    }
    for (index, share) in covered {
      let (column, row) = (index % width, index / width)
      self[column, row] = self[column, row].mixed(min(share, 1), with: color)
    }
  }

  /// - Parameter dot: Pixels of a dot of the font.
  fileprivate mutating func write(
    _ text: String, at point: Drawing.Point, dot: Int, _ color: Color, _ anchor: Drawing.Anchor, isBold: Bool,
    isTurned: Bool
  ) {
    let advance = (BitmapFont.columns + 1) * dot
    let length = text.count * advance - dot
    let start =
      switch anchor {
      case .start: 0
      case .middle: -length / 2
      case .end: -length
      }
    for (index, character) in text.enumerated() {
      for (x, y) in BitmapFont.dots(of: character) {
        for step in 0..<dot * (dot + (isBold ? 1 : 0)) {
          let along = start + index * advance + x * dot + step / dot
          let up = (BitmapFont.rows - 1 - y) * dot + step % dot
          let column = Int(point.x.rounded()) + (isTurned ? -up - 1 : along)
          let row = Int(point.y.rounded()) - (isTurned ? along : up) - 1
          if (0..<width).contains(column), (0..<height).contains(row) { self[column, row] = color }
        }
      }
    }
  }
}

/// From a point to the line segment between two others.
private func distance(_ x: Double, _ y: Double, _ a: Drawing.Point, _ b: Drawing.Point) -> Double {
  let (dx, dy) = (b.x - a.x, b.y - a.y)
  let square = dx * dx + dy * dy
  let share = square > 0 ? min(max(((x - a.x) * dx + (y - a.y) * dy) / square, 0), 1) : 0
  return hypot(x - a.x - share * dx, y - a.y - share * dy)
}
