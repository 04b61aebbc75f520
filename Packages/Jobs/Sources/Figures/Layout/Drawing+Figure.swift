import Foundation
import Models

extension Drawing {
  /// The picture of a figure; a number is a line of text.
  init(_ figure: Figure) {
    switch figure.content {
    case .lines(let lines, let x, let y):
      self.init(title: figure.title, lines: lines, x: x, y: y)
    case .heatMaps(let maps):
      self.init(title: figure.title, heatMaps: maps)
    case .number(let value, let unit):
      self.init(width: 320, height: 96)
      text(figure.title, Style.margin, 30, size: Style.titleSize, isBold: true)
      let number = String(format: "%.6g", value)
      text(unit.isEmpty ? number : "\(number) \(unit)", Style.margin, 68, size: 24, color: Color.lines[0])
    }
  }
}
