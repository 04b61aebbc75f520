internal import Basics

/// Follows the metadata of one HDF5 file, and never further than the file reaches.
///
/// Every structure is a block: a range of the file that is checked before it is read. All blocks together may be no
/// larger than a small multiple of the file, so that no cycle and no structure that is named a thousand times keeps a
/// reader busy. What the specification guards with a checksum is compared with it.
///
/// Sections in comments are those of the *HDF5 File Format Specification*, version 3.0.
final class HDF5Reader {
  let contents: CheckpointContents
  /// Bytes of blocks that may still be read. Most metadata are read once, and what objects share is remembered.
  private var budget: Int
  /// Whether an object is read for a message that another shares.
  var followsShared = false
  /// Objects of global heaps that were read, by address of the heap and number of the object.
  var globalHeaps: [Int: [Int: Range<Int>]] = [:]

  init(_ contents: CheckpointContents) {
    self.contents = contents
    budget = contents.byteCount.saturatingProduct(8).saturatingSum(1 << 16)
  }

  /// A block of the file.
  func block(_ what: String, at address: Int, count: Int) throws(HDF5Fault) -> ByteCursor {
    let cursor = try ByteCursor(contents, what, at: address, count: count)
    try charge(count + 16, what, at: address)
    return cursor
  }

  /// A block that begins with a signature and ends with the checksum of all before it; the cursor is what lies between.
  func block(
    _ what: String, _ signature: StaticString, at address: Int, count: Int
  ) throws(HDF5Fault) -> ByteCursor {
    var block = try block(what, at: address, count: count)
    try block.require(count >= 8, "at least 8 bytes")
    try block.signature(signature)
    let inner = try block.part(count - 8)
    try compareChecksum(of: address..<inner.end, with: try block.number(4), what)
    return inner
  }

  /// - Throws: ``HDF5Fault`` unless `stored` is the checksum of a range of the file.
  func compareChecksum(of range: Range<Int>, with stored: Int, _ what: String) throws(HDF5Fault) {
    let found = contents.withBytes { $0.extracting(range).lookup3 }
    guard found == stored else {
      throw HDF5Fault(.checksum(expected: stored, found: found), in: .init(what, at: range.lowerBound))
    }
  }

  /// Counts work that is not a block of its own.
  func charge(_ count: Int, _ what: String, at address: Int) throws(HDF5Fault) {
    budget -= min(count, budget + 1)
    guard budget >= 0 else {
      throw HDF5Fault(
        .value("all structures up to here", expected: "at most 8 times the bytes of the file"),
        in: .init(what, at: address))
    }
  }
}
