internal import Basics

/// Reads structures of Thrift's compact protocol, in which the metadata of a Parquet file are written.
///
/// - Source: Apache Thrift, *Thrift Compact Protocol*.
struct ThriftReader {
  /// The header of a field: which one of its structure, and what follows.
  struct Field {
    let id: Int
    let type: UInt8
  }

  enum Element {
    static let yes: UInt8 = 1
    static let no: UInt8 = 2
    static let byte: UInt8 = 3
    static let double: UInt8 = 7
    static let binary: UInt8 = 8
    static let list: UInt8 = 9
    static let set: UInt8 = 10
    static let map: UInt8 = 11
    static let structure: UInt8 = 12
    static let uuid: UInt8 = 13
  }

  /// No structure of the format nests as deep.
  private static let deepest = 16

  private var cursor: ByteCursor
  private var depth = 0

  init(_ bytes: [UInt8]) { cursor = ByteCursor(bytes, of: "the metadata") }

  /// How many bytes were read.
  var offset: Int { cursor.offset }

  /// Reads a structure: `body` is called behind the header of each field and must read it, or ``skip(_:)``.
  mutating func structure(
    _ body: (inout ThriftReader, Field) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try nested { (reader) throws(ParquetError) in
      var id = 0
      while true {
        let header = try reader.cursor.byte()
        guard header & 0x0F != 0 else { break }
        let next = header >> 4 == 0 ? Int(try reader.cursor.signed()) : id + Int(header >> 4)
        guard (-32768...32767).contains(next) else {
          throw .violation(.value("a field of the metadata", expected: "16 bits", found: "\(next)"))
        }
        id = next
        try body(&reader, Field(id: id, type: header & 0x0F))
      }
    }
  }

  mutating func structure(
    of field: Field, _ body: (inout ThriftReader, Field) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try expect(field, Element.structure...Element.structure, "a structure")
    try structure(body)
  }

  /// Reads a list of structures: `body` is called where each begins and must read it.
  mutating func structures(
    of field: Field, _ body: (inout ThriftReader) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try expect(field, Element.list...Element.set, "a list")
    let (count, type) = try listHeader()
    guard count == 0 || type == Element.structure else {
      throw .violation(.missing("list of structures in the metadata"))
    }
    for _ in 0..<count { try body(&self) }
  }

  private mutating func listHeader() throws(ParquetError) -> (count: Int, type: UInt8) {
    let header = try cursor.byte()
    let count = header >> 4 == 15 ? try self.count() : Int(header >> 4)
    guard count <= cursor.remaining else { throw cursor.ended }
    return (count, header & 0x0F)
  }

  /// A count of bytes, or of elements that take a byte each at least.
  private mutating func count() throws(ParquetError) -> Int {
    let count = try cursor.variable()
    guard count <= UInt64(cursor.remaining) else { throw cursor.ended }
    return Int(count)
  }

  mutating func integer(of field: Field) throws(ParquetError) -> Int {
    try expect(field, Element.byte...6, "a whole number")
    if field.type == Element.byte { return Int(Int8(bitPattern: try cursor.byte())) }
    return Int(try cursor.signed())
  }

  mutating func boolean(of field: Field) throws(ParquetError) -> Bool {
    try expect(field, Element.yes...Element.no, "a truth value")
    return field.type == Element.yes
  }

  mutating func text(of field: Field) throws(ParquetError) -> String {
    try expect(field, Element.binary...Element.binary, "a text")
    return String(decoding: try binary(), as: UTF8.self)
  }

  private mutating func binary() throws(ParquetError) -> ArraySlice<UInt8> {
    let count = try count()
    let range = try cursor.range(count)
    return cursor.bytes[range]
  }

  private func expect(_ field: Field, _ types: ClosedRange<UInt8>, _ name: String) throws(ParquetError) {
    guard types.contains(field.type) else {
      throw .violation(
        .value("field \(field.id) of the metadata", expected: name, found: "type \(field.type)"))
    }
  }

  /// Passes over a field that is of no use here.
  mutating func skip(_ field: Field) throws(ParquetError) { try skip(type: field.type, isElement: false) }

  private mutating func skip(type: UInt8, isElement: Bool) throws(ParquetError) {
    switch type {
    case Element.yes, Element.no: if isElement { _ = try cursor.byte() }
    case Element.byte: _ = try cursor.byte()
    case 4, 5, 6: _ = try cursor.variable()
    case Element.double: _ = try cursor.range(8)
    case Element.binary: _ = try binary()
    case Element.list, Element.set:
      let (count, type) = try listHeader()
      try nested { (reader) throws(ParquetError) in
        for _ in 0..<count { try reader.skip(type: type, isElement: true) }
      }
    case Element.map: try skipMap()
    case Element.structure: try structure { (reader, field) throws(ParquetError) in try reader.skip(field) }
    case Element.uuid: _ = try cursor.range(16)
    default: throw .violation(.value("type in the metadata", expected: "1 to 12", found: "\(type)"))
    }
  }

  private mutating func skipMap() throws(ParquetError) {
    let count = try count()
    guard count > 0 else { return }
    let types = try cursor.byte()
    try nested { (reader) throws(ParquetError) in
      for _ in 0..<count {
        try reader.skip(type: types >> 4, isElement: true)
        try reader.skip(type: types & 0x0F, isElement: true)
      }
    }
  }

  private mutating func nested(_ body: (inout ThriftReader) throws(ParquetError) -> Void) throws(ParquetError)
  {
    guard depth < Self.deepest else {
      throw .violation(.value("levels of the metadata", expected: "at most \(Self.deepest)"))
    }
    depth += 1
    try body(&self)
    depth -= 1
  }
}
