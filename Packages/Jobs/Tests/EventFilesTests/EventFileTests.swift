import Foundation
import Testing

@testable import EventFiles

@Suite("Event files")
struct EventFileTests {
  /// Source: RFC 3720, appendix B.4, and the check of "123456789" that lists of such checks have.
  @Test(
    "Checksums are those of RFC 3720",
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      ([UInt8](0..<32), 0x46DD_794E), (Array("123456789".utf8), 0xE306_9283),
    ] as [([UInt8], UInt32)])
  func checksums(bytes: [UInt8], expected: UInt32) { #expect(CRC32C.checksum(bytes) == expected) }

  /// Source: the example of Protocol Buffers' own description, field 1 with 150, and ten bytes for what is negative.
  @Test("Numbers are written as varints")
  func varints() {
    var writer = ProtobufWriter()
    writer.append(Int64(150), field: 1)
    #expect(writer.bytes == [0x08, 0x96, 0x01])
    writer = ProtobufWriter()
    writer.append(Int64(-1), field: 2)
    #expect(writer.bytes == [0x10] + [UInt8](repeating: 0xFF, count: 9) + [0x01])
  }

  @Test("An event file is a sequence of records, each with the checksums of its length and its message")
  func recordsAreFramed() throws {
    let folder = NSTemporaryDirectory() + "events-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try EventFile(folder: folder, goingOnFrom: 7)
    try file.add(8, [("train/loss", 1.25), ("arc", 0.5)])
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))[...]
    var lengths: [Int] = []
    while !bytes.isEmpty {
      let length = bytes.prefix(8)
      let count = length.reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(Array(bytes.dropFirst(8).prefix(4)) == CRC32C.masked(length).littleEndianBytes)
      let message = bytes.dropFirst(12).prefix(count)
      #expect(Array(bytes.dropFirst(12 + count).prefix(4)) == CRC32C.masked(message).littleEndianBytes)
      bytes = bytes.dropFirst(16 + count)
      lengths.append(count)
    }
    #expect(lengths.count == 3)
  }

  @Test(
    "TensorBoard reads the scalars, without those that a killed run wrote behind the step from which it resumed",
    .enabled(if: TensorBoard.python != nil, "needs ASSAY_PYTHON, a Python with tensorboard"))
  func tensorBoardReads() throws {
    let folder = NSTemporaryDirectory() + "events-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try EventFile(folder: folder, goingOnFrom: nil, now: Date(timeIntervalSince1970: 1000))
    for step in 1...4 {
      try first.add(
        step, [("train/loss", Double(step)), ("größe", -0.5)], now: Date(timeIntervalSince1970: 1000))
    }
    let second = try EventFile(folder: folder, goingOnFrom: 2, now: Date(timeIntervalSince1970: 2000))
    try second.add(3, [("train/loss", 30.5)], now: Date(timeIntervalSince1970: 2000))
    #expect(
      try TensorBoard.scalars(in: folder)
        == "größe 1 -0.5, größe 2 -0.5, train/loss 1 1.0, train/loss 2 2.0, train/loss 3 30.5")
  }
}

/// The real TensorBoard.
private enum TensorBoard {
  static let python: String? = ProcessInfo.processInfo.environment["ASSAY_PYTHON"].flatMap { path in
    (try? run(path, "import tensorboard.backend.event_processing.event_accumulator")) == nil ? nil : path
  }

  static func scalars(in folder: String) throws -> String {
    try run(
      python ?? "",
      """
      import sys
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      events = EventAccumulator(sys.argv[1])
      events.Reload()
      print(", ".join(f"{tag} {one.step} {one.value}" for tag in sorted(events.Tags()["scalars"]) for one in events.Scalars(tag)))
      """, folder)
  }

  private struct Failed: Error { var status: Int32 }

  private static func run(_ python: String, _ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", program] + arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}
