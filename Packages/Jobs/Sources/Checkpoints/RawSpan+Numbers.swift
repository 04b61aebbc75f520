extension RawSpan {
  /// The byte at `offset`, or `nil` where the bytes do not reach.
  func byte(at offset: Int) -> Int? { number(at: offset, width: 1) }

  /// The little-endian unsigned number of `width` bytes, at most 8, at `offset`; `nil` where the bytes do not reach,
  /// and when it is larger than `Int` holds.
  func number(at offset: Int, width: Int) -> Int? {
    guard offset >= 0, width <= byteCount, offset <= byteCount - width else { return nil }
    var value: UInt64 = 0
    for index in (0..<width).reversed() {
      value = value << 8 | UInt64(unsafeLoad(fromByteOffset: offset + index, as: UInt8.self))
    }
    return Int(exactly: value)
  }

  /// The bytes of a range that lies inside.
  func array(_ range: Range<Int>) -> [UInt8] {
    range.map { unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }
}
