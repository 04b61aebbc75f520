internal import Basics

/// Reads a page, or the metadata, from its beginning to its end. A read beyond the end throws.
struct ByteCursor {
  let bytes: [UInt8]
  private(set) var offset: Int
  private let end: Int
  /// What errors call the bytes.
  private let name: String

  init(_ bytes: [UInt8], of name: String = "a page") {
    (self.bytes, offset, end, self.name) = (bytes, 0, bytes.count, name)
  }

  private init(_ whole: ByteCursor, _ range: Range<Int>) {
    (bytes, offset, end, name) = (whole.bytes, range.lowerBound, range.upperBound, whole.name)
  }

  var remaining: Int { end - offset }

  /// What is thrown where the bytes end too soon.
  var ended: ParquetError { .truncated(name) }

  /// The next bytes, as a cursor of their own.
  mutating func part(_ count: Int) throws(ParquetError) -> ByteCursor {
    let range = try range(count)
    return ByteCursor(self, range)
  }

  /// Where the next bytes are.
  mutating func range(_ count: Int) throws(ParquetError) -> Range<Int> {
    guard count >= 0, count <= remaining else { throw ended }
    defer { offset += count }
    return offset..<offset + count
  }

  mutating func byte() throws(ParquetError) -> UInt8 {
    guard offset < end else { throw ended }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// A little-endian number of 1 to 8 bytes.
  mutating func number(width: Int) throws(ParquetError) -> UInt64 {
    let range = try range(width)
    return bytes.littleEndian(at: range.lowerBound, width: width)
  }

  /// A number of seven bits a byte, the low ones first.
  mutating func variable() throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw .violation(.value("a number of \(name)", expected: "at most 64 bits"))
  }

  /// A count of a page's values, of which there are at most so many.
  mutating func count(_ most: Int, _ what: String) throws(ParquetError) -> Int {
    let count = try variable()
    guard count <= UInt64(most) else {
      throw .violation(.value("\(what) of a page", expected: "at most \(most)", found: "\(count)"))
    }
    return Int(count)
  }

  /// A number whose sign stands in its lowest bit.
  mutating func signed() throws(ParquetError) -> Int64 {
    let value = try variable()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}

extension [UInt8] {
  /// The little-endian number of `width` bytes, which must lie within.
  func littleEndian(at offset: Int, width: Int) -> UInt64 {
    switch width {
    case 4: return UInt64(number(at: offset) as UInt32)
    case 8: return number(at: offset)
    default:
      var value: UInt64 = 0
      for index in stride(from: width - 1, through: 0, by: -1) {
        value = value << 8 | UInt64(self[offset + index])
      }
      return value
    }
  }

  /// A little-endian number, which must lie within; the span holds the offset against its bounds.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number {
    Number(littleEndian: span.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
