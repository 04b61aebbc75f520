/// Numbers behind each other, little-endian without padding: the form of what ranks tell each other and journals keep.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for byte in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
  }

  package mutating func append(_ other: [UInt8]) { bytes += other }
}

/// Reads what a ``ByteWriter`` wrote.
package struct ByteReader {
  private var rest: ArraySlice<UInt8>

  package init(_ bytes: some Sequence<UInt8>) { rest = Array(bytes)[...] }

  /// How many bytes are left.
  package var remaining: Int { rest.count }

  /// - Throws: ``ByteError`` where the bytes end too soon; and so below.
  package mutating func number<Number: FixedWidthInteger>() throws(ByteError) -> Number {
    let size = Number.bitWidth / 8
    return try bytes(size).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  package mutating func bytes(_ count: Int) throws(ByteError) -> ArraySlice<UInt8> {
    guard (0...rest.count).contains(count) else { throw ByteError() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// A number of things, each of `size` bytes at least.
  package mutating func count(ofSize size: Int = 0) throws(ByteError) -> Int {
    let count = Int(try number() as Int64)
    guard count >= 0, size == 0 || count <= rest.count / size else { throw ByteError() }
    return count
  }
}

/// Bytes that are not what a rank of this version sends.
package struct ByteError: Error, CustomStringConvertible {
  package init() {}
  package var description: String {
    "a rank sent what this version cannot read; do all run the same program?"
  }
}
