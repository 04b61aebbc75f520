/// Writes numbers, texts and lists one after the other: little-endian, without padding.
///
/// Messages between ranks, journals and fingerprints have this form; ``ByteReader`` reads it.
public struct ByteWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for byte in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
  }

  public mutating func append(_ other: [UInt8]) { bytes += other }

  /// A list: how many numbers there are (int64), then the numbers.
  public mutating func append<Number: FixedWidthInteger>(list: [Number]) {
    append(Int64(list.count))
    for number in list { append(number) }
  }

  /// A text: a list that holds how many bytes of UTF-8 it has, then the bytes.
  ///
  /// Each part is preceded by its length, so that no two lists of parts are the same bytes.
  public mutating func append(text: String) {
    let bytes = Array(text.utf8)
    append(list: [Int64(bytes.count)])
    append(bytes)
  }
}
