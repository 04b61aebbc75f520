extension RawSpan {
  /// The little-endian number at `offset`.
  ///
  /// - Precondition: It lies inside.
  func little<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
    Number(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// A copy of some of the bytes.
  ///
  /// - Precondition: They lie inside.
  func array(_ range: Range<Int>) -> [UInt8] {
    range.map { unsafeLoadUnaligned(fromByteOffset: $0, as: UInt8.self) }
  }
}

extension Collection<Range<Int>> {
  /// Two ranges that share a byte, if there are any.
  func overlap() -> (Range<Int>, Range<Int>)? {
    let sorted = filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    return zip(sorted, sorted.dropFirst()).first { $0.upperBound > $1.lowerBound }
  }
}
