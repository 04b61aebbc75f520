import Basics
import Foundation
import Parquet
import Templating
import Testing

@Suite("Parquet files")
struct ParquetFileTests {
  /// The folder of the files that are kept here, each with its rows as JSON lines beside it.
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures").path
  private static let python = ProcessInfo.processInfo.environment["ASSAY_PYTHON"]

  private static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".parquet") }.sorted()
  }

  private static func bytes(_ name: String, in folder: String = fixtures) throws -> Data {
    try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
  }

  private func lines(_ rows: [TemplateDictionary]) throws -> [String] {
    try rows.map { try TemplateValue.dictionary($0).json() }
  }

  private func expected(_ name: String, in folder: String = fixtures) throws -> [String] {
    let path = "\(folder)/\(name.replacingOccurrences(of: ".parquet", with: ".jsonl"))"
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// What is wrong with a file; `nil` where it can be read.
  private func problem(_ bytes: Data) throws -> ParquetError? {
    do throws(ParquetError) {
      _ = try ParquetFile(bytes).rows()
      return nil
    } catch { return error }
  }

  @Test(
    "Files of pyarrow, polars and DuckDB have the rows that pyarrow reads", arguments: try names(in: fixtures)
  )
  func kept(name: String) throws {
    let file = try ParquetFile(Self.bytes(name))
    let expected = try expected(name)
    #expect(file.rowCount == expected.count)
    #expect(try lines(file.rows()) == expected)
    for limit in [0, 1, 4, 5, 99] {
      #expect(try lines(file.rows(limit: limit)) == Array(expected.prefix(limit)))
    }
  }

  @Test(
    "Files that are written now, and longer ones, have the rows that pyarrow reads",
    .enabled(if: python != nil, "needs ASSAY_PYTHON with pyarrow"))
  func written() throws {
    let folder = NSTemporaryDirectory() + "parquet-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = ["\(Self.fixtures)/write.py", folder, "50"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    for name in try Self.names(in: folder) {
      let rows = try ParquetFile(Self.bytes(name, in: folder)).rows()
      #expect(try lines(rows) == expected(name, in: folder), "\(name)")
    }
  }

  @Test("A damaged file gives other rows or an error, and never crashes", arguments: try names(in: fixtures))
  func damaged(name: String) throws {
    let bytes = try Self.bytes(name)
    for length in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 20) {
      #expect(throws: ParquetError.self) { try ParquetFile(bytes.prefix(length)).rows() }
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      var changed = bytes
      for _ in 0..<3 {
        changed[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try problem(changed)
    }
  }

  @Test("A file that cannot be read is refused with what is wrong, and in which column")
  func refused() throws {
    #expect(try problem(Data("{}".utf8))?.kind == .noParquet)
    #expect(try problem(Data("PAR1....PARE".utf8))?.kind == .encrypted)
    var long = try Self.bytes("flat_none.parquet")
    long.replaceSubrange(long.count - 8..<long.count - 4, with: [0xFF, 0xFF, 0xFF, 0x7F])
    #expect(try problem(long)?.kind == .violation(.truncated("the file")))
    // A bit of a page whose checksum is kept.
    var flipped = try Self.bytes("flat_none.parquet")
    let place = try #require(flipped.range(of: Data("row 3 ".utf8))?.lowerBound)
    flipped[place] ^= 1
    let checksum = try #require(try problem(flipped))
    #expect(checksum.column == "unique" && checksum.kind == .checksum)
  }

  @Test("A file names its columns in the order of the schema")
  func columns() throws {
    let file = try ParquetFile(Self.bytes("nested_none.parquet"))
    #expect(file.columns == ["list", "lists", "record", "records", "choices", "map", "pair"])
  }
}
