/// A cyclic redundancy check of 32 bits, with its bits reversed and inverted before and after, as files have it.
public struct CyclicCheck: Sendable {
  /// Of ZIP archives, gzip and PNG.
  ///
  /// - Source: PKWARE, *APPNOTE.TXT*, 4.4.7.
  public static let zip = CyclicCheck(reversedPolynomial: 0xEDB8_8320)
  /// Castagnoli's.
  ///
  /// - Source: RFC 3720, appendix B.4.
  public static let castagnoli = CyclicCheck(reversedPolynomial: 0x82F6_3B78)

  /// Eight tables of 256: what a byte adds to the sum when 0 to 7 others follow it.
  private let tables: [UInt32]

  private init(reversedPolynomial: UInt32) {
    var tables = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ reversedPolynomial : sum >> 1 }
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
    }
    self.tables = tables
  }

  /// The check of all bytes, eight at a time.
  public func sum(of bytes: RawSpan) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var sum = UInt32.max
      let whole = bytes.byteCount & ~7
      for offset in stride(from: 0, to: whole, by: 8) {
        let word = UInt64(
          littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
        let mixed = word ^ UInt64(sum)
        sum = 0
        for place in 0..<8 { sum ^= tables[(7 - place) << 8 | Int(mixed >> (8 * place) & 0xFF)] }
      }
      for offset in whole..<bytes.byteCount {
        let byte = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
        sum = tables[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
      }
      return ~sum
    }
  }
}
