internal import Basics

/// What stands before each page of a column.
struct PageHeader {
  enum Kind: Int { case data, index, dictionary, dataV2 }

  var kind = Kind.data
  var uncompressedSize = 0
  var compressedSize = 0
  var checksum: UInt32?
  var valueCount = 0
  var encoding = 0
  var definitionEncoding = 3
  var repetitionEncoding = 3
  /// Bytes of the levels of a page of version 2, which are never compressed.
  var definitionBytes = 0
  var repetitionBytes = 0
  var isCompressed = true

  init(_ reader: inout ThriftReader) throws(ParquetError) {
    try reader.structure { (reader, field) throws(ParquetError) in
      switch field.id {
      case 1:
        let code = try reader.integer(of: field)
        guard let kind = Kind(rawValue: code) else {
          throw .violation(.value("kind of a page", expected: "0 to 3", found: "\(code)"))
        }
        self.kind = kind
      case 2: uncompressedSize = try reader.integer(of: field)
      case 3: compressedSize = try reader.integer(of: field)
      case 4: checksum = UInt32(truncatingIfNeeded: try reader.integer(of: field))
      case 5, 7: try read(&reader, field)
      case 8: try readVersion2(&reader, field)
      default: try reader.skip(field)
      }
    }
    try check()
  }

  /// The values of a page of version 1, or of a dictionary.
  private mutating func read(_ reader: inout ThriftReader, _ field: ThriftReader.Field) throws(ParquetError) {
    let isData = field.id == 5
    try reader.structure(of: field) { (reader, member) throws(ParquetError) in
      switch member.id {
      case 1: valueCount = try reader.integer(of: member)
      case 2: encoding = try reader.integer(of: member)
      case 3 where isData: definitionEncoding = try reader.integer(of: member)
      case 4 where isData: repetitionEncoding = try reader.integer(of: member)
      default: try reader.skip(member)
      }
    }
  }

  private mutating func readVersion2(
    _ reader: inout ThriftReader, _ field: ThriftReader.Field
  ) throws(ParquetError) {
    try reader.structure(of: field) { (reader, member) throws(ParquetError) in
      switch member.id {
      case 1: valueCount = try reader.integer(of: member)
      case 4: encoding = try reader.integer(of: member)
      case 5: definitionBytes = try reader.integer(of: member)
      case 6: repetitionBytes = try reader.integer(of: member)
      case 7: isCompressed = try reader.boolean(of: member)
      default: try reader.skip(member)
      }
    }
  }

  private func check() throws(ParquetError) {
    let sizes = [uncompressedSize, compressedSize, valueCount, definitionBytes, repetitionBytes]
    guard sizes.allSatisfy({ (0...Int(Int32.max)).contains($0) }) else {
      throw .violation(.value("a size in the header of a page", expected: "0 ..< 2^31"))
    }
    guard definitionBytes + repetitionBytes <= min(compressedSize, uncompressedSize) else {
      throw .violation(.value("levels of a page", expected: "at most the bytes of the page"))
    }
  }
}
