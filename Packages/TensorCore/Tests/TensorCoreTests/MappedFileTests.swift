import Foundation
import TensorCore
import Testing

@Suite("A mapped file")
struct MappedFileTests {
  private static let byteCount = 32 << 20

  private static func withFile(_ body: (MappedFile) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("mapped-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data((0..<byteCount).map { UInt8($0 % 251) }).write(to: url)
    try body(try MappedFile(path: url.path))
  }

  /// Memory of mapped files that counts as this process's, in bytes.
  private static func residentBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }

  private static func sum(_ file: MappedFile) -> Int {
    file.withBytes { bytes in
      (0..<bytes.byteCount).reduce(0) { $0 + Int(bytes.unsafeLoad(fromByteOffset: $1, as: UInt8.self)) }
    }
  }

  @Test("A pipe in place of a file is refused without waiting for who writes to it", .timeLimit(.minutes(1)))
  func pipe() {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(mkfifo(path, 0o600) == 0)
    let error = #expect(throws: MappedFileError.self) { try MappedFile(path: path) }
    #expect(error?.reason == "it is a pipe, expected a regular file")
  }

  @Test("A range whose memory was given back is read from the file again")
  func release() throws {
    try Self.withFile { file in
      let expected = Self.sum(file)
      let before = try Self.residentBytes()
      file.release(1..<file.byteCount - 1)
      let after = try Self.residentBytes()
      #expect(before - after > Self.byteCount * 3 / 4, "\(before) bytes before, \(after) after")
      #expect(Self.sum(file) == expected)
    }
  }

  @Test("A tensor whose memory was given back is read from the file again")
  func releaseTensor() throws {
    try Self.withFile { file in
      let tensor = try Tensor(shape: [4 << 20], elementType: .float32, file: file, offset: 4)
      _ = Self.sum(file)
      let before = try Self.residentBytes()
      tensor.releasePages()
      #expect(try before - Self.residentBytes() > 12 << 20)
      Tensor(zeros: [4]).releasePages()  // is no window of a file
    }
  }

  @Test(
    "Any range may be given back, also one that is empty or ends beyond the file",
    arguments: [0..<0, 5..<6, 0..<(64 << 20), (40 << 20)..<(64 << 20)])
  func anyRange(range: Range<Int>) throws {
    try Self.withFile { file in
      file.release(range)
      #expect(file.withBytes { $0.unsafeLoad(fromByteOffset: 250, as: UInt8.self) } == 250)
    }
  }
}
