/// Walks the metadata of a file without checksums, before libhdf5 does.
///
/// Files of HDF5's first layout (superblock 0 and 1, what h5py writes by default) carry no checksums, and libhdf5
/// follows whatever they say: of random damage to a small one, one case in sixty crashed or hung release 1.10.8. So
/// every address, length and count on the way to a tensor is checked here, and only what a checkpoint needs is let
/// through. Files from superblock 2 on have checksums that the library compares, but for one thing: the heap that holds
/// text of variable length (see ``text(_:at:)``).
///
/// Sections in comments are those of the *HDF5 File Format Specification*, version 3.0.
struct StructureCheck {
  let contents: CheckpointContents
  /// Numbers that the sizes of tree nodes follow from.
  let leafHalf: Int
  let nodeHalf: Int
  let chunkNodeHalf: Int
  /// Objects, tree nodes and heaps that were seen: nothing is walked twice, so no cycle is.
  var visited: Set<Int> = []

  /// - Throws: ``CheckpointError`` for the first thing that is not as the specification has it.
  static func run(_ contents: CheckpointContents, _ superblock: Superblock, path: String)
    throws(CheckpointError)
  {
    do throws(StructureFault) {
      guard superblock.version < 2 else {
        return try StructureCheck(checksummed: contents).newHeader(at: superblock.root)
      }
      var check = try StructureCheck(contents, superblock)
      try check.object(at: superblock.root, tables: nil, depth: 0)
    } catch {
      throw CheckpointError(.malformed, "checkpoint '\(path)' is damaged: \(error.description)")
    }
  }

  /// II.A: the superblock, versions 0 and 1.
  private init(_ contents: CheckpointContents, _ superblock: Superblock) throws(StructureFault) {
    self.contents = contents
    var cursor = try ByteCursor(contents, "superblock", 8, contents.byteCount)
    try cursor.skip(8)
    leafHalf = try cursor.number(2)
    nodeHalf = try cursor.number(2)
    try cursor.skip(4)
    if superblock.version == 1 {
      chunkNodeHalf = try cursor.number(2)
      try cursor.skip(2)
    } else {
      chunkNodeHalf = 32
    }
    try cursor.require(leafHalf > 0 && nodeHalf > 0 && chunkNodeHalf > 0, "tree nodes with room for entries")
    try cursor.skip(8)
    let freeSpace = try cursor.address()
    try cursor.skip(8)
    let driver = try cursor.address()
    try cursor.require(freeSpace == nil && driver == nil, "neither free space nor a driver of its own")
    try cursor.skip(16)
    let cacheType = try cursor.number(4)
    try cursor.require(cacheType <= 1, "a root group")
  }

  /// For a file with checksums. The sizes of tree nodes play no part there.
  init(checksummed contents: CheckpointContents) {
    self.contents = contents
    (leafHalf, nodeHalf, chunkNodeHalf) = (0, 0, 0)
  }

  /// A place to read at.
  func cursor(_ what: String, at offset: Int, count: Int? = nil) throws(StructureFault) -> ByteCursor {
    let end = offset.addingReportingOverflow(count ?? 0)
    guard offset >= 0, !end.overflow, end.partialValue <= contents.byteCount, count ?? 0 >= 0 else {
      throw StructureFault("\(what) at byte \(offset) lies outside the file")
    }
    return try ByteCursor(contents, what, offset, count.map { offset + $0 } ?? contents.byteCount)
  }
}

/// What is not as the specification has it.
struct StructureFault: Error {
  let description: String
  init(_ description: String) { self.description = description }
}
