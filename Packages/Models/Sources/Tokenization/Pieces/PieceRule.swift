/// How a text is cut into the pieces within which bytes are merged.
struct PieceRule: Sendable {
  enum Digits: Sendable { case together, oneByOne }

  /// Whether numbers are cut out first, and how; what stands between them is then cut by itself.
  var digits: Digits?
  /// The pattern; `nil` to leave a stretch whole.
  var pattern: PiecePattern?
  /// Whether a text that does not begin with a space gets one.
  var addsSpace = false

  /// Calls `body` with the range of each piece of `range`, in order.
  func pieces(of bytes: [UInt8], in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    guard let digits else { return patternPieces(of: bytes, in: range, body) }
    let text = PieceScanner(bytes, end: range.upperBound)
    var start = range.lowerBound
    var position = start
    while position < range.upperBound {
      let (found, next) = text.character(at: position)
      guard found.meets(.number) else {
        position = next
        continue
      }
      patternPieces(of: bytes, in: start..<position, body)
      start = digits == .oneByOne ? next : text.run(of: .number, from: next)
      patternPieces(of: bytes, in: position..<start, body)
      position = start
    }
    patternPieces(of: bytes, in: start..<range.upperBound, body)
  }

  private func patternPieces(of bytes: [UInt8], in range: Range<Int>, _ body: (Range<Int>) -> Void) {
    guard let pattern else { return range.isEmpty ? () : body(range) }
    let text = PieceScanner(bytes, end: range.upperBound)
    var position = range.lowerBound
    while position < range.upperBound {
      let end = pattern.end(in: text, from: position)
      body(position..<end)
      position = end
    }
  }
}
