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
