import Foundation

extension Drawing {
  /// The drawing as an SVG file that needs nothing beside itself.
  var svg: String { svg(attributes: "", code: \.code) }

  /// The drawing as an element of a page, read out as `label`: its colours are the page's custom properties.
  func element(label: String) -> String {
    svg(attributes: #" role="img" aria-label="\#(xmlEscaped(label))""#, code: \.property)
  }

  /// - Parameter code: How a colour is spelt.
  private func svg(attributes: String, code: (Color) -> String) -> String {
    let size = "\(number(width)) \(number(height))"
    let head =
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(size)" width="\#(number(width))" "#
      + #"height="\#(number(height))" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif"\#(attributes)>"#
    return ([head] + shapes.map { "  " + $0.svg(code) } + ["</svg>", ""]).joined(separator: "\n")
  }
}

extension Drawing.Shape {
  fileprivate func svg(_ code: (Color) -> String) -> String {
    switch self {
    case .rectangle(let frame, let fill):
      return "<rect \(frame.svg) fill=\"\(code(fill))\"/>"
    case .line(let points, let color, let width):
      let places = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
      return #"<polyline points="\#(places)" fill="none" stroke="\#(code(color))" "#
        + #"stroke-width="\#(number(width))" stroke-linejoin="round"/>"#
    case .text(let text, let point, let size, let color, let anchor, let isBold, let isTurned):
      let place = "x=\"\(number(point.x))\" y=\"\(number(point.y))\""
      let turn = isTurned ? " transform=\"rotate(-90 \(number(point.x)) \(number(point.y)))\"" : ""
      let weight = isBold ? " font-weight=\"bold\"" : ""
      return #"<text \#(place) font-size="\#(number(size))" fill="\#(code(color))" "#
        + #"text-anchor="\#(anchor.rawValue)"\#(weight)\#(turn)>\#(xmlEscaped(text))</text>"#
    case .image(let image, let frame):
      let data = Data(image.png).base64EncodedString()
      return #"<image \#(frame.svg) preserveAspectRatio="none" style="image-rendering: pixelated" "#
        + #"image-rendering="optimizeSpeed" href="data:image/png;base64,\#(data)"/>"#
    }
  }
}

extension Drawing.Frame {
  fileprivate var svg: String {
    "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
  }
}

/// At most two decimals, and none that are zero.
private func number(_ value: Double) -> String {
  var text = String(format: "%.2f", value)
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text == "-0" ? "0" : text
}

/// A text as it stands in XML, between tags or in quotation marks.
package func xmlEscaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
    .filter { $0.isWhitespace || !($0.unicodeScalars.first?.properties.generalCategory == .control) }
}
