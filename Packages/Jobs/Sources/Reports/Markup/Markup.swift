import Figures
import Models

/// HTML whose texts are escaped where they are put in: what is interpolated is text, unless it is markup itself.
struct Markup: Sendable, ExpressibleByStringInterpolation {
  private(set) var html: String

  init(stringLiteral html: String) { self.html = html }
  init(stringInterpolation: Interpolation) { html = stringInterpolation.html }
  /// - Parameter html: Markup of our own making.
  init(trusted html: String) { self.html = html }

  static func + (one: Markup, other: Markup) -> Markup { Markup(trusted: one.html + other.html) }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ literal: String) { html += literal }
    mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
    mutating func appendInterpolation(_ parts: [Markup]) { for part in parts { html += part.html } }
    mutating func appendInterpolation(_ number: Int) { html += "\(number)" }
    mutating func appendInterpolation(_ text: String) { html += Self.escaped(text) }

    /// Text as it may stand between tags and in a quoted attribute. Control characters become their pictures.
    private static func escaped(_ text: String) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        case "\n", "\t": result.unicodeScalars.append(scalar)
        case "\u{7F}": result += "\u{2421}"
        case "\0"..<" ": result.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
        case "\u{80}"..."\u{9F}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }
  }
}

extension Sequence<Markup> {
  func joined() -> Markup { Markup(trusted: map(\.html).joined()) }
}

extension Markup {
  /// A table that scrolls sideways where the page is too narrow.
  ///
  /// - Parameter numeric: The columns that hold numbers.
  static func table(
    _ caption: String, header: [String], numeric: Set<Int>, rows: [[Markup]]
  ) -> Markup {
    let head = header.enumerated().map { index, name -> Markup in
      "<th scope=\"col\"\(kind(index, numeric))>\(name)</th>"
    }
    let body = rows.map { row -> Markup in
      let cells = row.enumerated().map { index, cell -> Markup in
        index == 0
          ? "<th scope=\"row\">\(cell)</th>" : "<td\(kind(index, numeric))>\(cell)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" tabindex="0" role="group" aria-label="\(caption)"><table><caption>\(caption)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>\(body)</tbody></table></div>

      """
  }

  /// A figure, and its numbers as a table that can be opened.
  ///
  /// - Parameter numeric: The columns that hold numbers.
  static func figure(
    _ figure: Figure, _ caption: String, header: [String], numeric: Set<Int>, rows: [[Markup]]
  ) -> Markup {
    """
    <figure>\(Markup(trusted: figure.pageElement))<figcaption>\(caption)</figcaption>
    <details><summary>\(figure.title) in numbers</summary>
    \(Markup.table(figure.title, header: header, numeric: numeric, rows: rows))</details></figure>

    """
  }

  private static func kind(_ column: Int, _ numeric: Set<Int>) -> Markup {
    numeric.contains(column) ? " class=\"number\"" : ""
  }
}
