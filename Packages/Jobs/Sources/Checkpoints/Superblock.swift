/// The first block of an HDF5 file, read here so that the two commonest faults get their own sentence.
struct Superblock {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// 0 and 1 have no checksums in their metadata; 2 and 3 do.
  let version: Int
  /// Size of the file when it was written, in bytes.
  let endOfFile: Int
  /// Where the header of the root group is.
  let root: Int

  /// - Throws: ``CheckpointError`` if `bytes` begin otherwise than an HDF5 file, or are fewer than it says.
  init(_ bytes: RawSpan, path: String) throws(CheckpointError) {
    let start = bytes.array(0..<min(8, bytes.byteCount))
    guard start == Self.signature else {
      throw CheckpointError(
        .malformed,
        bytes.byteCount == 0
          ? "'\(path)' is no HDF5 file: it is empty"
          : "'\(path)' is no HDF5 file: expected it to begin with \(hexadecimalList(Self.signature)), "
            + "found \(hexadecimalList(start))")
    }
    guard let version = bytes.byte(at: 8), version <= 3 else {
      throw CheckpointError(.malformed, "'\(path)' has an HDF5 superblock of an unknown version")
    }
    // HDF5 File Format Specification 3.0, II.A: the fields move with the version.
    let fields =
      switch version {
      case 0: (sizes: 13, base: 24, end: 40, root: 64)
      case 1: (sizes: 13, base: 28, end: 44, root: 68)
      default: (sizes: 9, base: 12, end: 28, root: 36)
      }
    guard let base = bytes.number(at: fields.base, width: 8),
      let end = bytes.number(at: fields.end, width: 8),
      let root = bytes.number(at: fields.root, width: 8)
    else {
      throw CheckpointError(
        .malformed, "'\(path)' is truncated: it ends inside its first \(fields.root + 8) bytes")
    }
    guard bytes.byte(at: fields.sizes) == 8, bytes.byte(at: fields.sizes + 1) == 8, base == 0 else {
      throw CheckpointError(
        .malformed, "'\(path)' has an HDF5 superblock that is damaged or has a user block")
    }
    guard end <= bytes.byteCount else {
      throw CheckpointError(
        .malformed, "'\(path)' is truncated: its header says \(end) bytes, the file has \(bytes.byteCount)")
    }
    self.version = version
    endOfFile = end
    self.root = root
  }
}

private func hexadecimalList(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0\(digits)" : digits
  }.joined(separator: " ")
}
