extension RawSpan {
  /// The checksum of HDF5's metadata: `hashlittle` of lookup3, with 0 to begin with.
  ///
  /// - Source: Bob Jenkins 2006, *lookup3.c*, public domain.
  var lookup3: UInt32 {
    var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: byteCount)
    var (b, c) = (a, a)
    var offset = 0
    while byteCount - offset > 12 {
      a &+= word(at: offset)
      b &+= word(at: offset + 4)
      c &+= word(at: offset + 8)
      mix(&a, &b, &c)
      offset += 12
    }
    guard offset < byteCount else { return c }
    a &+= word(at: offset)
    b &+= word(at: offset + 4)
    c &+= word(at: offset + 8)
    finish(&a, &b, &c)
    return c
  }

  /// Four bytes; zeros where the bytes do not reach.
  private func word(at offset: Int) -> UInt32 {
    if offset <= byteCount - 4 {
      return UInt32(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    return (0..<4).reduce(0) { word, index in word | UInt32(byte(at: offset + index) ?? 0) << (8 * index) }
  }
}

private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }

private func mix(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
  a = (a &- c) ^ rotate(c, 4)
  c &+= b
  b = (b &- a) ^ rotate(a, 6)
  a &+= c
  c = (c &- b) ^ rotate(b, 8)
  b &+= a
  a = (a &- c) ^ rotate(c, 16)
  c &+= b
  b = (b &- a) ^ rotate(a, 19)
  a &+= c
  c = (c &- b) ^ rotate(b, 4)
  b &+= a
}

private func finish(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32) {
  c = (c ^ b) &- rotate(b, 14)
  a = (a ^ c) &- rotate(c, 11)
  b = (b ^ a) &- rotate(a, 25)
  c = (c ^ b) &- rotate(b, 16)
  a = (a ^ c) &- rotate(c, 4)
  b = (b ^ a) &- rotate(a, 14)
  c = (c ^ b) &- rotate(b, 24)
}
