internal import Basics

/// Encodings by differences.
///
/// - Source: *Parquet encoding definitions*, "Delta Encoding", "Delta-length byte array", "Delta Strings".
enum Delta {
  /// Whole numbers: a header, and blocks of packed differences, each above the block's least.
  ///
  /// - Parameter most: How many numbers there may be.
  static func integers(_ cursor: inout ByteCursor, most: Int) throws(ParquetError) -> [Int64] {
    let blockSize = try cursor.count(1 << 20, "values a block")
    let miniblocks = try cursor.count(max(blockSize, 1), "parts a block")
    let count = try cursor.count(most, "values")
    let first = try cursor.signed()
    guard blockSize > 0, miniblocks > 0, blockSize % miniblocks == 0, blockSize / miniblocks % 8 == 0 else {
      throw .violation(
        .value(
          "a block", expected: "parts of equal size", found: "\(blockSize) values in \(miniblocks) parts"))
    }
    guard count > 0 else { return [] }
    var numbers = [first]
    numbers.reserveCapacity(count)
    while numbers.count < count {
      try block(&cursor, size: blockSize / miniblocks, miniblocks, into: &numbers, count)
    }
    return numbers
  }

  private static func block(
    _ cursor: inout ByteCursor, size: Int, _ miniblocks: Int, into numbers: inout [Int64], _ count: Int
  ) throws(ParquetError) {
    let least = try cursor.signed()
    let widths = try cursor.range(miniblocks)
    var differences: [UInt64] = []
    for index in widths where numbers.count < count {
      let width = Int(cursor.bytes[index])
      guard width <= 64 else {
        throw .violation(.value("bits of a difference", expected: "at most 64", found: "\(width)"))
      }
      let taken = min(size, count - numbers.count)
      differences.removeAll(keepingCapacity: true)
      if width == 0 {
        differences += repeatElement(0, count: taken)
      } else {
        // Some writers cut the last part behind its last number.
        let bytes = min(size / 8 * width, cursor.remaining)
        guard (taken * width + 7) / 8 <= bytes else { throw .truncated("a page") }
        BitPacking.unpack(
          cursor.bytes, try cursor.range(bytes), width: width, count: taken, into: &differences)
      }
      var last = numbers[numbers.count - 1]
      for difference in differences {
        last = last &+ least &+ Int64(bitPattern: difference)
        numbers.append(last)
      }
    }
  }

  /// Lengths as whole numbers, then the bytes of all.
  static func byteArrays(_ cursor: inout ByteCursor, most: Int) throws(ParquetError) -> [Range<Int>] {
    let lengths = try integers(&cursor, most: most)
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(lengths.count)
    for length in lengths {
      guard length >= 0, length <= cursor.remaining else { throw .truncated("a page") }
      ranges.append(try cursor.range(Int(length)))
    }
    return ranges
  }

  /// How many bytes each shares with the one before it, then what follows them.
  static func prefixedByteArrays(
    _ cursor: inout ByteCursor, most: Int, _ budget: ParquetBudget
  ) throws(ParquetError) -> ByteArrays {
    let prefixes = try integers(&cursor, most: most)
    let suffixes = try byteArrays(&cursor, most: most)
    guard prefixes.count == suffixes.count else {
      throw .violation(
        .value("ends of texts", expected: "\(prefixes.count), as of beginnings", found: "\(suffixes.count)"))
    }
    var arrays = ByteArrays(bytes: [], ranges: [])
    var previous = 0..<0
    for (prefix, suffix) in zip(prefixes, suffixes) {
      guard prefix >= 0, prefix <= previous.count else {
        throw .violation(
          .value(
            "bytes shared with the text before", expected: "at most \(previous.count)", found: "\(prefix)"))
      }
      let start = arrays.bytes.count
      try budget.take(bytes: Int(prefix) + suffix.count)
      // One by one: a slice of the array would be a second owner of it, and copied as a whole.
      for index in previous.prefix(Int(prefix)) { arrays.bytes.append(arrays.bytes[index]) }
      arrays.bytes += cursor.bytes[suffix]
      previous = start..<arrays.bytes.count
      arrays.ranges.append(previous)
    }
    return arrays
  }
}
