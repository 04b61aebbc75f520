internal import Basics

/// III.G: the sizes of a fractal heap's blocks. Two rows of the smallest size, then each row twice as large.
struct DoublingTable {
  /// Blocks in a row.
  let width: Int
  let smallest: Int
  let largestDirect: Int
  /// Bytes of a place in the heap.
  let offsetBytes: Int

  init(_ header: inout ByteCursor) throws(HDF5Fault) {
    width = try header.number(2)
    smallest = try header.number(8)
    largestDirect = try header.number(8)
    let bits = try header.number(2)
    try header.skip(2)
    offsetBytes = bits.dividedRoundingUp(by: 8)
    try header.require(
      width.isPowerOfTwo && smallest.isPowerOfTwo && largestDirect.isPowerOfTwo, "powers of two")
    try header.require(smallest <= largestDirect && bits <= 64, "sizes in order")
  }

  /// Rows whose blocks hold objects; those behind them hold rows.
  var directRows: Int { largestDirect.highestBit - smallest.highestBit + 2 }

  /// Bytes of a block of a row.
  func blockSize(row: Int) -> Int {
    row <= 1 ? smallest : smallest.saturatingProduct(1 << min(row - 1, 62))
  }

  /// Where a row begins in the heap.
  func offset(row: Int) -> Int {
    row == 0 ? 0 : smallest.saturatingProduct(width).saturatingProduct(1 << min(row - 1, 62))
  }

  /// Rows of an indirect block that stands for a block of a row.
  func rows(inBlockOfRow row: Int) -> Int {
    max(0, blockSize(row: row).highestBit - smallest.highestBit - width.highestBit + 1)
  }
}

/// The traversal of a fractal heap's blocks.
struct DirectBlocks {
  private let reader: HDF5Reader
  private let heap: Int
  private let table: DoublingTable
  private let hasChecksums: Bool

  init(_ reader: HDF5Reader, heap: Int, _ table: DoublingTable, hasChecksums: Bool) {
    self.reader = reader
    self.heap = heap
    self.table = table
    self.hasChecksums = hasChecksums
  }

  /// All blocks that hold objects, in the order of their places in the heap.
  ///
  /// - Parameter rows: Of the root, 0 where it is a direct block.
  func found(from root: Int, rows: Int) throws(HDF5Fault) -> [(offset: Int, range: Range<Int>)] {
    var found: [(offset: Int, range: Range<Int>)] = []
    if rows == 0 {
      found.append((0, try direct(at: root, offset: 0, count: table.smallest)))
    } else {
      try indirect(at: root, offset: 0, rows: rows, into: &found)
    }
    return found
  }

  private func direct(at address: Int, offset: Int, count: Int) throws(HDF5Fault) -> Range<Int> {
    var block = try reader.block("fractal heap's block", at: address, count: count)
    let range = block.range
    try block.signature("FHDB")
    try prefix(&block, offset)
    guard hasChecksums else { return range }
    let place = block.offset
    let stored = try block.number(4)
    // The checksum is taken with zeros in its own place.
    let bytes = reader.contents.withBytes { bytes in
      bytes.array(range.lowerBound..<place) + [0, 0, 0, 0] + bytes.array(place + 4..<range.upperBound)
    }
    let found = bytes.span.bytes.lookup3
    guard found == stored else { throw block.fault(.checksum(expected: stored, found: found)) }
    return range
  }

  private func prefix(_ block: inout ByteCursor, _ offset: Int) throws(HDF5Fault) {
    try block.version(0)
    let owner = try block.number(8)
    try block.require(owner == heap, "a block of the heap at byte \(heap)", found: "\(owner)")
    let found = try block.number(table.offsetBytes)
    try block.require(found == offset, "the block at \(offset) of the heap", found: "\(found)")
  }

  private func indirect(
    at address: Int, offset: Int, rows: Int, into found: inout [(offset: Int, range: Range<Int>)]
  ) throws(HDF5Fault) {
    let count = rows.saturatingProduct(table.width).saturatingProduct(8).saturatingSum(17 + table.offsetBytes)
    var block = try reader.block("fractal heap's index", "FHIB", at: address, count: count)
    try prefix(&block, offset)
    for row in 0..<rows {
      let size = table.blockSize(row: row)
      for column in 0..<table.width {
        guard let child = try block.address() else { continue }
        let start = offset.saturatingSum(table.offset(row: row)).saturatingSum(column.saturatingProduct(size))
        if row < table.directRows {
          found.append((start, try direct(at: child, offset: start, count: size)))
        } else {
          let inner = table.rows(inBlockOfRow: row)
          try block.require(inner > 0 && inner < rows, "fewer rows in a block below")
          try indirect(at: child, offset: start, rows: inner, into: &found)
        }
      }
    }
  }
}
