internal import Basics

/// IV.A.2.i: where the elements of a dataset are.
enum DataLayout {
  /// In the object header.
  case compact(ByteCursor)
  /// In one piece; no address where nothing was written.
  case contiguous(address: Int?, byteCount: Int)
  case chunked(ChunkLayout)

  /// Versions 3 to 5.
  init(_ message: ByteCursor) throws(HDF5Fault) {
    var data = message
    let version = try data.number(1)
    guard version > 2 || version == 0 else {
      throw .unsupported(
        "a layout of version \(version), of HDF5 before 1.6.3,", supported: (3...5).map { "version \($0)" })
    }
    try data.require((3...5).contains(version), "a layout of version 3 to 5", found: "\(version)")
    let kind = try data.number(1)
    switch kind {
    case 0: self = .compact(try data.part(try data.number(2), "elements in an object header"))
    case 1: self = .contiguous(address: try data.address(), byteCount: try data.number(8))
    case 2: self = .chunked(version == 3 ? try ChunkLayout(version3: &data) : try ChunkLayout(&data, version))
    case 3: throw .unsupported("a virtual dataset, with its elements in other files,")
    default: throw message.fault(.value("kind of layout", expected: "0 to 3", found: "\(kind)"))
    }
  }
}

/// How a dataset is cut into chunks, and where it is written what chunk is where.
struct ChunkLayout {
  enum Index {
    /// III.A.1: a B-tree of version 1.
    case oldTree
    /// VII.A: one chunk; where it is filtered, its size and the filters it skipped.
    case single(byteCount: Int?, skippedFilters: Int)
    /// VII.B: all chunks one after the other.
    case implicit
    /// VII.C.
    case fixedArray
    /// VII.D.
    case extensibleArray
    /// VII.E: a B-tree of version 2.
    case newTree
  }

  /// Lengths of a chunk, in elements.
  let lengths: [Int]
  /// Bytes of an element, as the layout has it.
  let width: Int
  let index: Index
  /// Where the index, or the only chunk is; `nil` where nothing was written.
  let address: Int?
  /// Chunks that reach over the edge are stored without filters.
  var leavesEdges = false
  /// How many bytes the size of a filtered chunk takes in an index of version 4 and 5.
  var sizeBytes = 8

  /// Bytes of a chunk in memory.
  var byteCount: Int { lengths.saturatingProduct.saturatingProduct(width) }

  init(version3 data: inout ByteCursor) throws(HDF5Fault) {
    let rank = try data.number(1) - 1
    try data.require((1...32).contains(rank), "1 to 32 axes", found: "\(rank)")
    address = try data.address()
    var lengths: [Int] = []
    for _ in 0..<rank { lengths.append(try data.number(4)) }
    width = try data.number(4)
    self.lengths = lengths
    index = .oldTree
    try data.require(!lengths.contains(0), "chunks with elements")
  }

  init(_ data: inout ByteCursor, _ version: Int) throws(HDF5Fault) {
    let (flags, rank, bytes) = (try data.number(1), try data.number(1) - 1, try data.number(1))
    try data.require(flags <= 3, "known flags")
    try data.require((1...32).contains(rank), "1 to 32 axes", found: "\(rank)")
    try data.require((1...8).contains(bytes), "lengths of 1 to 8 bytes", found: "\(bytes)")
    var lengths: [Int] = []
    for _ in 0..<rank { lengths.append(try data.number(bytes)) }
    width = try data.number(bytes)
    try data.require(!lengths.contains(0), "chunks with elements")
    self.lengths = lengths
    leavesEdges = flags & 1 != 0
    index = try Self.index(&data, isFiltered: flags & 2 != 0)
    address = try data.address()
    let byteCount = lengths.saturatingProduct.saturatingProduct(width)
    sizeBytes = version >= 5 ? 8 : min(8, 1 + (max(1, byteCount).highestBit + 8) / 8)
  }

  /// What the index was made with is repeated in its own header, and read there.
  private static func index(_ data: inout ByteCursor, isFiltered: Bool) throws(HDF5Fault) -> Index {
    let kind = try data.number(1)
    switch kind {
    case 1:
      return isFiltered
        ? .single(byteCount: try data.number(8), skippedFilters: try data.number(4))
        : .single(byteCount: nil, skippedFilters: 0)
    case 2: return .implicit
    case 3:
      try data.skip(1)
      return .fixedArray
    case 4:
      try data.skip(5)
      return .extensibleArray
    case 5:
      try data.skip(6)
      return .newTree
    default:
      try data.require(false, "a chunk index of kind 1 to 5", found: "\(kind)")
      return .implicit
    }
  }
}
