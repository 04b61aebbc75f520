internal import Basics
internal import TensorCore

/// The members of a ZIP archive whose bytes lie in it as they are.
///
/// - Source: PKWARE, *APPNOTE.TXT*, 4.3.7, 4.3.12, 4.3.16, 4.4.7, 4.5.3.
struct ZIPDirectory {
  struct Member {
    var name: String
    /// Where the member's bytes lie in the file.
    var range: Range<Int>
    /// Their CRC-32.
    var check: UInt32
  }

  let members: [Member]

  init(_ file: MappedFile) throws(WeightsError) {
    let end = try Self.endRecord(file)
    var members: [Member] = []
    var offset = end.directory.lowerBound
    for _ in 0..<end.count {
      let entry = try Entry(file, at: offset, within: end.directory)
      members.append(
        Member(
          name: entry.name, range: try entry.range(in: file, before: end.directory.lowerBound),
          check: entry.check))
      offset = entry.end
    }
    self.members = members
  }

  /// How many members there are, and where the directory lies.
  private static func endRecord(_ file: MappedFile) throws(WeightsError) -> (
    count: Int, directory: Range<Int>
  ) {
    let path = file.path
    let found: (Int, Int, Int)? = file.withBytes { bytes in
      guard bytes.byteCount >= 22 else { return nil }
      for start in stride(from: bytes.byteCount - 22, through: max(0, bytes.byteCount - 22 - 65_535), by: -1)
      where bytes.little(UInt32.self, at: start) == 0x0605_4B50 {
        return (
          Int(bytes.little(UInt16.self, at: start + 10)), Int(bytes.little(UInt32.self, at: start + 12)),
          Int(bytes.little(UInt32.self, at: start + 16))
        )
      }
      return nil
    }
    guard let (count, length, start) = found else {
      throw WeightsError(.violation(.missing("end of a ZIP archive's directory")), path: path)
    }
    guard count != 0xFFFF, start != 0xFFFF_FFFF else {
      throw WeightsError(
        .violation(.unsupported("an archive of 4 GiB or 65535 members", remedy: "convert to safetensors")),
        path: path)
    }
    guard start + length <= file.byteCount, count <= length / 46 else {
      throw WeightsError(
        .violation(
          .value(
            "ZIP directory", expected: "\(count) members within the \(file.byteCount) bytes of the file",
            found: "\(length) bytes at \(start)")), path: path)
    }
    return (count, start..<start + length)
  }

  /// A member, as the directory describes it.
  private struct Entry {
    let name: String
    let check: UInt32
    let end: Int
    private let method: Int
    private let storedBytes: Int
    private let bytes: Int
    private let header: Int

    init(_ file: MappedFile, at offset: Int, within directory: Range<Int>) throws(WeightsError) {
      func failure(_ violation: Violation) -> WeightsError {
        WeightsError(.violation(violation), path: file.path, at: .directory(byte: offset))
      }
      guard offset + 46 <= directory.upperBound else { throw failure(.truncated("a member")) }
      let fields = file.withBytes { bytes in
        (
          signature: bytes.little(UInt32.self, at: offset), flags: bytes.little(UInt16.self, at: offset + 8),
          method: bytes.little(UInt16.self, at: offset + 10),
          check: bytes.little(UInt32.self, at: offset + 16),
          stored: bytes.little(UInt32.self, at: offset + 20),
          size: bytes.little(UInt32.self, at: offset + 24), name: bytes.little(UInt16.self, at: offset + 28),
          extra: bytes.little(UInt16.self, at: offset + 30),
          comment: bytes.little(UInt16.self, at: offset + 32),
          header: bytes.little(UInt32.self, at: offset + 42)
        )
      }
      guard fields.signature == 0x0201_4B50 else { throw failure(.missing("member")) }
      let nameEnd = offset + 46 + Int(fields.name)
      end = nameEnd + Int(fields.extra) + Int(fields.comment)
      guard end <= directory.upperBound else { throw failure(.truncated("a member")) }
      let letters = file.withBytes { $0.array(offset + 46..<nameEnd) }
      guard let name = String(validating: letters, as: UTF8.self) else {
        throw failure(.value("the name of a member", expected: "UTF-8"))
      }
      guard fields.flags & 1 == 0 else { throw failure(.unsupported("encryption, of member '\(name)',")) }
      guard fields.stored != .max, fields.size != .max, fields.header != .max else {
        throw failure(.unsupported("member '\(name)', of 4 GiB or more,", remedy: "convert to safetensors"))
      }
      self.name = name
      check = fields.check
      method = Int(fields.method)
      storedBytes = Int(fields.stored)
      bytes = Int(fields.size)
      header = Int(fields.header)
    }

    /// Where the bytes lie: behind a header of its own, whose length differs from the directory's.
    func range(in file: MappedFile, before limit: Int) throws(WeightsError) -> Range<Int> {
      guard method == 0, storedBytes == bytes else {
        throw WeightsError(
          .violation(
            .unsupported(
              "compression", remedy: "write the archive with numpy.savez, not numpy.savez_compressed")),
          path: file.path, at: .member(name))
      }
      guard header + 30 <= limit, file.withBytes({ $0.little(UInt32.self, at: header) }) == 0x0403_4B50 else {
        throw WeightsError(
          .violation(.missing("header at byte \(header)", purpose: "where the directory puts it")),
          path: file.path, at: .member(name))
      }
      let (name, extra) = file.withBytes {
        (Int($0.little(UInt16.self, at: header + 26)), Int($0.little(UInt16.self, at: header + 28)))
      }
      let start = header + 30 + name + extra
      guard start + bytes <= limit else {
        throw WeightsError(
          .violation(
            .value(expected: "an end before the directory at \(limit)", found: "\(bytes) bytes at \(start)")),
          path: file.path, at: .member(self.name))
      }
      return start..<start + bytes
    }
  }
}
