/// A grid of pixels, red, green and blue, from the upper left corner, row after row.
struct FigureImage: Sendable, Equatable {
  let width: Int
  let height: Int
  private(set) var pixels: [Color]

  init(width: Int, height: Int, color: (_ column: Int, _ row: Int) -> Color) {
    self.width = width
    self.height = height
    pixels = (0..<height).flatMap { row in (0..<width).map { color($0, row) } }
  }

  init(width: Int, height: Int, filledWith color: Color) {
    self.width = width
    self.height = height
    pixels = Array(repeating: color, count: width * height)
  }

  subscript(column: Int, row: Int) -> Color {
    get { pixels[row * width + column] }
    set { pixels[row * width + column] = newValue }
  }
}
