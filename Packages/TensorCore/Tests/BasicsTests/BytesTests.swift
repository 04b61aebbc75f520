import Basics
import Testing

@Suite("Byte writers and readers")
struct BytesTests {
  @Test("A reader returns what a writer wrote, to the last byte")
  func roundTrip() throws {
    var writer = ByteWriter()
    writer.append(UInt8(7))
    writer.append(Int64.min)
    writer.append(text: "köln")
    writer.append(list: [Int32(-1), 2])
    var reader = ByteReader(writer.bytes)
    #expect(try reader.number() as UInt8 == 7)
    #expect(try reader.number() as Int64 == .min)
    #expect(try reader.text() == "köln")
    #expect(try reader.list() as [Int32] == [-1, 2])
    #expect(reader.remaining == 0 && reader.position == writer.bytes.count)
  }

  @Test("Bytes that end too soon are an error, wherever they end")
  func truncated() {
    var writer = ByteWriter()
    writer.append(text: "text")
    writer.append(list: [1, 2, 3])
    for count in writer.bytes.indices {
      var reader = ByteReader(writer.bytes.prefix(count))
      #expect(throws: ByteError.self) {
        _ = try reader.text()
        _ = try reader.list() as [Int]
      }
    }
  }

  @Test("A count that no bytes can hold is an error before anything is allocated")
  func impossibleCount() {
    for count in [Int64.max, -1, 2] {
      var writer = ByteWriter()
      writer.append(count)
      var reader = ByteReader(writer.bytes)
      #expect(throws: ByteError.self) { _ = try reader.list() as [Int64] }
    }
  }
}
