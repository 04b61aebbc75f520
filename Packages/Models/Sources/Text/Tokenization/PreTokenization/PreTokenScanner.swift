/// Reads the characters of a stretch of UTF-8 by their class. The patterns of ``PreTokenPattern`` are written with it.
struct PreTokenScanner {
  let bytes: [UInt8]
  /// Where the stretch ends; a pattern does not look beyond.
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

extension PreTokenScanner {
  /// `'s|'t|'re|'ve|'m|'ll|'d` at `position`, in any case if asked for; `nil` if there is none.
  func contraction(at position: Int, ignoringCase: Bool) -> Int? {
    guard isByte("'", at: position), position + 1 < end else { return nil }
    let mask: UInt8 = ignoringCase ? 0x20 : 0  // makes an ASCII letter small
    let first = bytes[position + 1] | mask
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return position + 2
    default: break
    }
    guard position + 2 < end else { return nil }
    if ignoringCase, bytes[position + 1] == 0xC5, bytes[position + 2] == 0xBF {
      return position + 3  // ſ, which is an s to those who ignore case
    }
    switch (first, bytes[position + 2] | mask) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return position + 3
    default: return nil
    }
  }

  /// `\s+(?!\S)|\s+`: white space, of which a word that follows keeps the last character.
  func space(at position: Int) -> Int {
    let stop = run(of: .space, from: position)
    guard stop < end else { return stop }
    let last = start(before: stop)
    return last > position ? last : stop
  }

  /// `\s*[\r\n]+`: white space up to its last line end; `nil` if it has none.
  func lineEnds(at position: Int) -> Int? {
    var last: Int?
    var position = position
    while true {
      let (found, next) = character(at: position)
      guard found.meets(.space) else { return last }
      if found.meets(.newline) { last = next }
      position = next
    }
  }
}
