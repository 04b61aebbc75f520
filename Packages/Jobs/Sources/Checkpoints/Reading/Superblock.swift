/// II.A: the first block of an HDF5 file.
struct Superblock {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// 0 and 1 have no checksum, 2 and 3 have one.
  let version: Int
  /// Where the header of the root group is.
  let root: Int

  /// Where HDF5 begins in a file, from where all its addresses count: in front of it may be a user block of 512 bytes, or
  /// twice as many, and so on.
  static func contents(in file: CheckpointContents) -> CheckpointContents {
    var start = 0
    while start <= file.byteCount - signature.count {
      if file.withBytes({ $0.array(start..<start + signature.count) }) == signature {
        return file.dropping(start)
      }
      start = max(512, 2 * start)
    }
    return file
  }

  /// Where the fields of a version are.
  private struct Fields {
    let sizes: Int
    /// The length of the user block when the file was written, which `end` includes. It may have been taken off since.
    let base: Int
    let end: Int
    let root: Int

    init(version: Int) {
      (sizes, base, end, root) =
        switch version {
        case 0: (13, 24, 40, 64)
        case 1: (13, 28, 44, 68)
        default: (9, 12, 28, 36)
        }
    }
  }

  /// - Throws: ``CheckpointError`` if `contents` begin otherwise than an HDF5 file, or are fewer than it states.
  init(_ contents: CheckpointContents, path: String) throws(CheckpointError) {
    let start = contents.withBytes { $0.array(0..<min(8, $0.byteCount)) }
    guard start == Self.signature else { throw CheckpointError(.notHDF5(found: start), at: path) }
    func number(_ offset: Int, _ width: Int) -> Int? {
      contents.withBytes { $0.number(at: offset, width: width) }
    }
    guard let version = number(8, 1), version <= 3 else {
      throw CheckpointError(.superblockVersion, at: path)
    }
    let fields = Fields(version: version)
    guard contents.byteCount >= fields.root + 12 else {
      throw CheckpointError(.truncated(expected: fields.root + 12, found: contents.byteCount), at: path)
    }
    guard let base = number(fields.base, 8), let end = number(fields.end, 8),
      let root = number(fields.root, 8),
      number(fields.sizes, 1) == 8, number(fields.sizes + 1, 1) == 8, base <= end
    else { throw CheckpointError(.superblock, at: path) }
    guard end - base <= contents.byteCount else {
      throw CheckpointError(.truncated(expected: end - base, found: contents.byteCount), at: path)
    }
    if version >= 2 {
      guard number(44, 4) == contents.withBytes({ Int($0.extracting(0..<44).lookup3) }) else {
        throw CheckpointError(.superblock, at: path)
      }
    }
    self.version = version
    self.root = root
  }
}
