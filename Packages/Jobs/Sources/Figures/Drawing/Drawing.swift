/// A picture as shapes, in points from its upper left corner; later shapes lie over earlier ones.
struct Drawing: Sendable, Equatable {
  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  struct Frame: Sendable, Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var right: Double { x + width }
    var bottom: Double { y + height }
    var center: Point { Point(x: x + width / 2, y: y + height / 2) }
  }

  /// Where a text lies about its point.
  enum Anchor: String, Sendable { case start, middle, end }

  enum Shape: Sendable, Equatable {
    case rectangle(Frame, fill: Color)
    case line([Point], color: Color, width: Double)
    /// The point lies on the baseline; `isTurned` reads from bottom to top.
    case text(String, Point, size: Double, color: Color, anchor: Anchor, isBold: Bool, isTurned: Bool)
    /// Its pixels as sharp squares.
    case image(FigureImage, Frame)
  }

  let width: Double
  let height: Double
  private(set) var shapes: [Shape] = []

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
    fill(Frame(x: 0, y: 0, width: width, height: height), .white)
  }

  mutating func fill(_ frame: Frame, _ color: Color) { shapes.append(.rectangle(frame, fill: color)) }

  mutating func line(_ points: [Point], _ color: Color, width: Double) {
    shapes.append(.line(points, color: color, width: width))
  }

  mutating func line(from a: (Double, Double), to b: (Double, Double), _ color: Color, width: Double = 1) {
    line([Point(x: a.0, y: a.1), Point(x: b.0, y: b.1)], color, width: width)
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, size: Double = Style.textSize, color: Color = .text,
    anchor: Anchor = .start, isBold: Bool = false, isTurned: Bool = false
  ) {
    shapes.append(
      .text(
        text, Point(x: x, y: y), size: size, color: color, anchor: anchor, isBold: isBold, isTurned: isTurned)
    )
  }

  mutating func image(_ image: FigureImage, _ frame: Frame) { shapes.append(.image(image, frame)) }
}

/// Sizes in points that all figures share.
enum Style {
  static let textSize = 11.0
  static let titleSize = 15.0
  static let margin = 18.0
  /// About what a character of the text takes.
  static func width(of text: String, size: Double = textSize) -> Double { 0.56 * size * Double(text.count) }
}
