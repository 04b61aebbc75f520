internal import Basics

/// Unpacks numbers of a few bits each.
enum BitPacking {
  /// Appends `count` numbers of `width` bits, whose first bit is the lowest of the first byte.
  ///
  /// - Parameters:
  ///   - range: The bytes that hold them: `count * width` bits at least.
  ///   - width: 1 to 64.
  static func unpack<Number: FixedWidthInteger & UnsignedInteger>(
    _ bytes: [UInt8], _ range: Range<Int>, width: Int, count: Int, into numbers: inout [Number]
  ) {
    let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    var bit = 0
    for _ in 0..<count {
      let first = range.lowerBound + bit >> 3
      let shift = bit & 7
      // Eight bytes at once where there are so many, else those that hold the number.
      let size = (shift + width + 7) >> 3
      let taken = bytes.count - first >= 8 ? 8 : min(size, 8)
      var value = bytes.littleEndian(at: first, width: taken) >> UInt64(shift)
      if size > 8 { value |= UInt64(bytes[first + 8]) << UInt64(64 - shift) }
      numbers.append(Number(truncatingIfNeeded: value & mask))
      bit += width
    }
  }
}

/// Runs of one number, and groups of eight packed ones: levels, indices into a dictionary, truth values.
///
/// - Source: *Parquet encoding definitions*, "Run Length Encoding / Bit-Packing Hybrid".
enum HybridRuns {
  /// - Parameters:
  ///   - width: Bits of a number, 0 to 32, and at most those of `Number`.
  ///   - count: How many numbers there are.
  static func read<Number: FixedWidthInteger & UnsignedInteger>(
    _ cursor: inout ByteCursor, width: Int, count: Int
  ) throws(ParquetError) -> [Number] {
    guard width > 0 else { return [Number](repeating: 0, count: count) }
    var numbers: [Number] = []
    numbers.reserveCapacity(count)
    while numbers.count < count {
      let header = try cursor.variable()
      let missing = count - numbers.count
      if header & 1 == 0 {
        let value = try cursor.number(width: (width + 7) / 8)
        guard value >> UInt64(width) == 0 else {
          throw .violation(.value("value of a run", expected: "at most \(width) bits", found: "\(value)"))
        }
        guard header > 1 else { throw .violation(.missing("values in a run")) }
        let repeated = repeatElement(
          Number(truncatingIfNeeded: value), count: Int(min(header >> 1, UInt64(missing))))
        numbers.append(contentsOf: repeated)
      } else {
        let groups = Int(min(header >> 1, UInt64(missing + 7) / 8))
        guard groups > 0 else { throw .violation(.missing("values in a run")) }
        // The last group may be cut where no number stands any more.
        let taken = min(groups * 8, missing)
        let size = min(groups * width, cursor.remaining)
        guard (taken * width + 7) / 8 <= size else { throw .truncated("a page") }
        BitPacking.unpack(cursor.bytes, try cursor.range(size), width: width, count: taken, into: &numbers)
      }
    }
    return numbers
  }

  /// The levels of old pages: packed without runs, the highest bit first.
  static func readPacked(_ cursor: inout ByteCursor, width: Int, count: Int) throws(ParquetError) -> [UInt8] {
    let (bits, overflows) = count.multipliedReportingOverflow(by: width)
    guard !overflows else { throw .truncated("a page") }
    let range = try cursor.range((bits + 7) / 8)
    var numbers: [UInt8] = []
    numbers.reserveCapacity(count)
    for index in 0..<count {
      var value: UInt8 = 0
      for bit in index * width..<(index + 1) * width {
        value = value << 1 | cursor.bytes[range.lowerBound + bit / 8] >> UInt8(7 - bit % 8) & 1
      }
      numbers.append(value)
    }
    return numbers
  }
}
