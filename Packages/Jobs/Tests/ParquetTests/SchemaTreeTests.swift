import Basics
import Testing

@testable import Parquet

@Suite("Parquet schemas")
struct SchemaTreeTests {
  /// A column `d` of dates, below a root.
  private func dates(_ physical: PhysicalType) throws -> SchemaTree {
    let root: [UInt8] = [0x48, 1, UInt8(ascii: "r"), 0x15, 2, 0]
    let column: [UInt8] = [0x15, UInt8(2 * physical.rawValue), 0x38, 1, UInt8(ascii: "d"), 0x25, 12, 0]
    var reader = ThriftReader(root + column)
    return try SchemaTree([SchemaElement(&reader), SchemaElement(&reader)])
  }

  @Test("A schema with dates of 64 bits, from which no year can be computed, is refused")
  func dates() throws {
    #expect(try dates(.int32).leaves.map(\.type) == [.date])
    let expected = ParquetError(
      .violation(.value("bits of a date", expected: "32", found: "64")), column: "d")
    #expect(throws: expected) {
      try dates(.int64)
    }
  }
}
