/// Reads the characters of a span of UTF-8 by their class; the patterns of ``PreTokenPattern`` use it.
struct PreTokenScanner {
  let bytes: [UInt8]
  /// Where the span ends; a pattern does not look beyond.
  let end: Int
  private let classes = CharacterClass.basicPlane

  /// - Parameter bytes: Valid UTF-8.
  init(_ bytes: [UInt8], end: Int) {
    self.bytes = bytes
    self.end = end
  }

  /// The class of the character at `position`, and where the next one begins. No class at the end.
  func character(at position: Int) -> (class: CharacterClass, next: Int) {
    guard position < end else { return ([], position) }
    let first = bytes[position]
    if first < 0x80 { return (classes[Int(first)], position + 1) }
    let low = { (offset: Int) in Int(bytes[position + offset] & 0x3F) }
    if first < 0xE0 { return (classes[Int(first & 0x1F) << 6 | low(1)], position + 2) }
    if first < 0xF0 { return (classes[Int(first & 0x0F) << 12 | low(1) << 6 | low(2)], position + 3) }
    let value = UInt32(first & 0x07) << 18 | UInt32(low(1) << 12 | low(2) << 6 | low(3))
    return (Unicode.Scalar(value).map { CharacterClass($0) } ?? .other, position + 4)
  }

  /// The character at `position`, which is not the end.
  func scalar(at position: Int) -> Unicode.Scalar {
    let stop = character(at: position).next
    return String(decoding: bytes[position..<stop], as: UTF8.self).unicodeScalars.first ?? "\u{FFFD}"
  }

  /// Where the run of characters that meet `wanted` ends.
  func run(of wanted: CharacterClass, from position: Int, atMost count: Int = .max) -> Int {
    var position = position
    var left = count
    while left > 0 {
      let (found, next) = character(at: position)
      guard found.meets(wanted) else { break }
      position = next
      left -= 1
    }
    return position
  }

  func isByte(_ letter: Unicode.Scalar, at position: Int) -> Bool {
    position < end && bytes[position] == UInt8(ascii: letter)
  }

  /// The start of the character that ends at `position`.
  func start(before position: Int) -> Int {
    var start = position - 1
    while bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }
}
