/// Writes the few kinds of fields that an event has.
///
/// - Source: Protocol Buffers' encoding: a field is its number and wire type as a varint, then its value.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// Wire type 0, two's complement for what is negative.
  mutating func append(_ value: Int64, field: Int) {
    appendVarint(UInt64(field) << 3)
    appendVarint(UInt64(bitPattern: value))
  }

  /// Wire type 1.
  mutating func append(_ value: Double, field: Int) {
    appendVarint(UInt64(field) << 3 | 1)
    append(value.bitPattern.littleEndianBytes)
  }

  /// Wire type 5.
  mutating func append(_ value: Float, field: Int) {
    appendVarint(UInt64(field) << 3 | 5)
    append(value.bitPattern.littleEndianBytes)
  }

  /// Wire type 2: a text, bytes, or a message of its own.
  mutating func append(_ value: [UInt8], field: Int) {
    appendVarint(UInt64(field) << 3 | 2)
    appendVarint(UInt64(value.count))
    append(value)
  }

  mutating func append(_ text: String, field: Int) { append(Array(text.utf8), field: field) }

  private mutating func append(_ more: [UInt8]) { bytes += more }

  private mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension FixedWidthInteger {
  /// From the lowest byte to the highest.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}
