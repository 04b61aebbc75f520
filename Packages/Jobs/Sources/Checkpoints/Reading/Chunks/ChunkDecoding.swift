internal import Basics
internal import CZlib

extension ChunkTable {
  /// Deflate shortens by at most this factor, so that a small file cannot promise a large tensor.
  static let largestCompression = 1032

  /// The elements of a chunk, filters undone.
  func elements(of chunk: StoredChunk, at start: [Int], in contents: CheckpointContents) throws(HDF5Fault)
    -> [UInt8]
  {
    var bytes = contents.withBytes { $0.array(chunk.range) }
    let filters = filters.filters
    for number in filters.indices.reversed() where chunk.skippedFilters >> number & 1 == 0 {
      switch filters[number] {
      case .fletcher32: try removeChecksum(&bytes, at: start)
      case .shuffle: bytes = unshuffled(bytes)
      case .deflate:
        // A checksum that was taken before deflate is inflated with the elements.
        let checksums = filters.indices.count {
          $0 < number && filters[$0] == .fletcher32 && chunk.skippedFilters >> $0 & 1 == 0
        }
        bytes = try inflated(bytes, expecting: chunkByteCount.saturatingSum(4 * checksums), at: start)
      }
    }
    guard bytes.count == chunkByteCount else {
      throw HDF5Fault(
        .value("the chunk at \(start)", expected: "\(chunkByteCount) bytes", found: "\(bytes.count)"))
    }
    return bytes
  }

  private func removeChecksum(_ bytes: inout [UInt8], at start: [Int]) throws(HDF5Fault) {
    let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let found = fletcher32(bytes.dropLast(4))
    guard bytes.count >= 4, found == stored else {
      throw HDF5Fault(.checksum(of: "the chunk at \(start)", expected: stored, found: found))
    }
    bytes.removeLast(4)
  }

  /// Gathers the bytes of each element, which shuffle laid apart: all first bytes, then all second ones.
  private func unshuffled(_ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.count / width
    guard width > 1, count > 1 else { return bytes }
    var result = bytes
    for byte in 0..<width {
      for element in 0..<count { result[element * width + byte] = bytes[byte * count + element] }
    }
    return result
  }
}

/// - Throws: ``HDF5Fault`` unless the zlib stream holds exactly so many bytes.
private func inflated(_ stream: [UInt8], expecting count: Int, at start: [Int]) throws(HDF5Fault) -> [UInt8] {
  func fault(_ found: String) -> HDF5Fault {
    HDF5Fault(.value("the chunk at \(start)", expected: "\(count) bytes", found: found))
  }
  guard count / ChunkTable.largestCompression <= stream.count else {
    throw fault("\(stream.count) compressed ones")
  }
  var result = [UInt8](repeating: 0, count: count)
  var found = uLongf(count)
  let status = uncompress(&result, &found, stream, uLong(stream.count))
  guard status == Z_OK else { throw fault("none") }
  guard found == count else { throw fault("\(found)") }
  return result
}

/// The checksum of a chunk: sums of 16-bit big-endian words, modulo 65535.
///
/// - Source: Fletcher 1982, *An Arithmetic Checksum for Serial Transmissions*.
func fletcher32(_ bytes: some RandomAccessCollection<UInt8>) -> UInt32 {
  var (first, second) = (UInt32(0), UInt32(0))
  var iterator = bytes.makeIterator()
  var words = 0
  while let high = iterator.next() {
    first += UInt32(high) << 8 | UInt32(iterator.next() ?? 0)
    second += first
    words += 1
    if words % 360 == 0 {  // before the sums overflow
      first = first & 0xFFFF + first >> 16
      second = second & 0xFFFF + second >> 16
    }
  }
  for _ in 0..<2 {
    first = first & 0xFFFF + first >> 16
    second = second & 0xFFFF + second >> 16
  }
  return second << 16 | first
}
