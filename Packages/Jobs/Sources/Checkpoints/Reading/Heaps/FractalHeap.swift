internal import Basics

/// III.G: a fractal heap, which holds the links of large groups and the attributes of objects with many or long ones.
struct FractalHeap {
  /// A block whose bytes are objects.
  private struct DirectBlock {
    /// Where it begins in the heap's own address space.
    let offset: Int
    let range: Range<Int>
  }

  private let reader: HDF5Reader
  private let address: Int
  private let idLength: Int
  private let offsetBytes: Int
  private let lengthBytes: Int
  private var blocks: [DirectBlock] = []
  /// Objects that are too large for a block, by the key in their ids.
  private var large: [Int: Range<Int>] = [:]

  /// Reads the headers of all blocks; objects are found with ``object(_:)``.
  init(_ reader: HDF5Reader, at address: Int) throws(HDF5Fault) {
    self.reader = reader
    self.address = address
    // Filters lengthen the header; a heap that has some is refused below, before its checksum is of interest.
    var fixed = try reader.block("fractal heap", at: address, count: 146)
    try fixed.signature("FRHP")
    try fixed.skip(3)
    guard try fixed.number(2) == 0 else { throw .unsupported("a group with compressed links or attributes") }
    var header = try reader.block("fractal heap", "FRHP", at: address, count: 146)
    try header.version(0)
    idLength = try header.number(2)
    try header.skip(2)
    let flags = try header.number(1)
    let largestManaged = try header.number(4)
    try header.skip(8)
    let largeTree = try header.address()
    try header.skip(10 * 8)
    let table = try DoublingTable(&header)
    let root = try header.address()
    let rows = try header.number(2)
    offsetBytes = table.offsetBytes
    lengthBytes = min(
      table.largestDirect.highestBit.dividedRoundingUp(by: 8), max(1, largestManaged).highestBit / 8 + 1)
    try header.require(
      idLength > offsetBytes + lengthBytes, "ids with room for a place", found: "\(idLength) bytes")
    if let root {
      let blocks = DirectBlocks(reader, heap: address, table, hasChecksums: flags & 2 != 0)
      self.blocks = try blocks.found(from: root, rows: rows).map { .init(offset: $0.offset, range: $0.range) }
    }
    if let largeTree { large = try Self.largeObjects(reader, at: largeTree) }
  }

  /// Records of type 1: place, length, key.
  private static func largeObjects(_ reader: HDF5Reader, at address: Int) throws(HDF5Fault) -> [Int: Range<
    Int
  >] {
    var large: [Int: Range<Int>] = [:]
    try reader.newTree(at: address, types: [1]) { (_, record: inout ByteCursor) throws(HDF5Fault) in
      let (start, count, key) = (try record.number(8), try record.number(8), try record.number(8))
      large[key] = try ByteCursor(reader.contents, "large object", at: start, count: count).range
    }
    return large
  }

  /// The object that an id names.
  func object(_ id: ByteCursor, _ what: String) throws(HDF5Fault) -> ByteCursor {
    var id = id
    let head = try id.number(1)
    try id.require(head >> 6 == 0, "an id of version 0")
    switch head >> 4 & 3 {
    case 0: return try managed(offset: try id.number(offsetBytes), count: try id.number(lengthBytes), what)
    case 1:
      guard let range = large[try id.number(min(8, idLength - 1))] else {
        throw fault(.missing("large object of the id"))
      }
      return try reader.block(what, at: range.lowerBound, count: range.count)
    case 2:
      let isLong = idLength - 1 > 16
      let count = isLong ? (head & 0x0F) << 8 | (try id.number(1)) : head & 0x0F
      return try id.part(count + 1, what)
    default: throw fault(.value("type of an id", expected: "0 to 2", found: "3"))
    }
  }

  private func fault(_ violation: Violation) -> HDF5Fault {
    HDF5Fault(violation, in: .init("fractal heap", at: address))
  }

  private func managed(offset: Int, count: Int, _ what: String) throws(HDF5Fault) -> ByteCursor {
    // The last block that does not begin behind the object.
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0, case let block = blocks[low - 1],
      offset - block.offset <= block.range.count
        - min(
          count, block.range.count + 1)
    else { throw fault(.value("an object", expected: "\(count) bytes of a block")) }
    return try reader.block(what, at: block.range.lowerBound + offset - block.offset, count: count)
  }
}
