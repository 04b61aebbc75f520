/// Red, green and blue, 0 to 255 each.
struct Color: Sendable, Hashable {
  let red: UInt8
  let green: UInt8
  let blue: UInt8

  init(_ code: UInt32) {
    (red, green, blue) = (UInt8(code >> 16 & 255), UInt8(code >> 8 & 255), UInt8(code & 255))
  }

  private init(_ red: Double, _ green: Double, _ blue: Double) {
    (self.red, self.green, self.blue) = (
      UInt8(red.rounded()), UInt8(green.rounded()), UInt8(blue.rounded())
    )
  }

  /// Such as `#0072b2`.
  var code: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// The custom property by which a page names the colour, with the colour itself for pages that define none.
  var property: String {
    let roles: [Color: String] = [
      .white: "figure-ground", .text: "figure-text", .faintText: "figure-faint", .axis: "figure-axis",
      .grid: "figure-grid",
    ]
    let name = roles[self] ?? Color.lines.firstIndex(of: self).map { "line-\($0)" }
    return name.map { "var(--\($0), \(code))" } ?? code
  }

  /// A share of the way to another colour.
  func mixed(_ share: Double, with other: Color) -> Color {
    func mix(_ a: UInt8, _ b: UInt8) -> Double { Double(a) + (Double(b) - Double(a)) * share }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}

extension Color {
  static let white = Color(0xFFFFFF)
  static let text = Color(0x222222)
  static let faintText = Color(0x5A5A5A)
  static let axis = Color(0x9A9A9A)
  static let grid = Color(0xE9E9E9)
  /// What a heat map has where there is no number.
  static let nothing = Color(0xF3F3F3)

  /// Colours of lines, which people with any kind of colour vision tell apart.
  ///
  /// - Source: Okabe and Ito 2002, *Color Universal Design*; its yellow is left out, too light on white.
  static let lines = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00, 0x000000].map {
    Color(UInt32($0))
  }

  /// A colour of the scale from 0 to 1: dark blue over green to yellow, evenly lighter, so that it reads in grey too.
  ///
  /// - Source: Smith and van der Walt 2015, *viridis*; every sixteenth of its 256 colours, and straight between them.
  static func scale(_ share: Double) -> Color {
    let place = min(max(share, 0), 1) * Double(viridis.count - 1)
    let index = min(Int(place), viridis.count - 2)
    return viridis[index].mixed(place - Double(index), with: viridis[index + 1])
  }

  private static let viridis = [
    0x440154, 0x481A6C, 0x472F7D, 0x414487, 0x39568C, 0x31688E, 0x2A788E, 0x23888E, 0x1F988B, 0x22A884,
    0x35B779, 0x54C568, 0x7AD151, 0xA5DB36, 0xD2E21B, 0xFDE725,
  ].map { Color(UInt32($0)) }
}
