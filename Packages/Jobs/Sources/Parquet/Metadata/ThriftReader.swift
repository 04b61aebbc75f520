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

  private let bytes: [UInt8]
  private(set) var offset = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var ended: ParquetError { .truncated("the metadata") }

  private mutating func byte() throws(ParquetError) -> UInt8 {
    guard offset < bytes.count else { throw ended }
    defer { offset += 1 }
    return bytes[offset]
  }

  private mutating func variable() throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw .damaged("a number of the metadata has more than 64 bits")
  }

  private mutating func signed() throws(ParquetError) -> Int {
    let value = try variable()
    return Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1)
  }

  /// Reads a structure: `body` is called behind the header of each field and must read it, or ``skip(_:)``.
  mutating func structure(
    _ body: (inout ThriftReader, Field) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    guard depth < Self.deepest else { throw .damaged("the metadata nest deeper than \(Self.deepest) levels") }
    depth += 1
    var id = 0
    while true {
      let header = try byte()
      guard header & 0x0F != 0 else { break }
      let next = header >> 4 == 0 ? try signed() : id + Int(header >> 4)
      guard (-32768...32767).contains(next) else { throw .damaged("the metadata have a field \(next)") }
      id = next
      try body(&self, Field(id: id, type: header & 0x0F))
    }
    depth -= 1
  }

  mutating func structure(
    of field: Field, _ body: (inout ThriftReader, Field) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try expect(field, Element.structure...Element.structure, "a structure")
    try structure(body)
  }

  /// Reads a list: `body` is called where each element begins and must read it.
  mutating func list(
    of field: Field, _ body: (inout ThriftReader, UInt8) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try expect(field, Element.list...Element.set, "a list")
    let (count, type) = try listHeader()
    for _ in 0..<count { try body(&self, type) }
  }

  /// A list of structures.
  mutating func structures(
    of field: Field, _ body: (inout ThriftReader) throws(ParquetError) -> Void
  ) throws(ParquetError) {
    try list(of: field) { (reader, type) throws(ParquetError) in
      guard type == Element.structure else { throw .damaged("the metadata have no list of structures") }
      try body(&reader)
    }
  }

  private mutating func listHeader() throws(ParquetError) -> (count: Int, type: UInt8) {
    let header = try byte()
    let count = header >> 4 == 15 ? try variable() : UInt64(header >> 4)
    // Each element takes a byte at least.
    guard count <= UInt64(bytes.count - offset) else { throw ended }
    return (Int(count), header & 0x0F)
  }

  mutating func integer(of field: Field) throws(ParquetError) -> Int {
    try expect(field, Element.byte...6, "a whole number")
    if field.type == Element.byte { return Int(Int8(bitPattern: try byte())) }
    return try signed()
  }

  mutating func boolean(of field: Field) throws(ParquetError) -> Bool {
    try expect(field, Element.yes...Element.no, "a truth value")
    return field.type == Element.yes
  }

  mutating func text(of field: Field) throws(ParquetError) -> String {
    try expect(field, Element.binary...Element.binary, "a text")
    return String(decoding: try binary(), as: UTF8.self)
  }

  /// A text that is the element of a list.
  mutating func text() throws(ParquetError) -> String { String(decoding: try binary(), as: UTF8.self) }

  private mutating func binary() throws(ParquetError) -> ArraySlice<UInt8> {
    let count = try variable()
    guard count <= UInt64(bytes.count - offset) else { throw ended }
    defer { offset += Int(count) }
    return bytes[offset..<offset + Int(count)]
  }

  private func expect(_ field: Field, _ types: ClosedRange<UInt8>, _ name: String) throws(ParquetError) {
    guard types.contains(field.type) else {
      throw .damaged("field \(field.id) of the metadata is of type \(field.type), expected \(name)")
    }
  }

  /// Passes over a field that is of no use here.
  mutating func skip(_ field: Field) throws(ParquetError) { try skip(type: field.type, isElement: false) }

  private mutating func skip(type: UInt8, isElement: Bool) throws(ParquetError) {
    switch type {
    case Element.yes, Element.no: if isElement { _ = try byte() }
    case Element.byte: _ = try byte()
    case 4, 5, 6: _ = try variable()
    case Element.double: try advance(8)
    case Element.binary: _ = try binary()
    case Element.list, Element.set:
      let (count, type) = try listHeader()
      try nested { (reader) throws(ParquetError) in
        for _ in 0..<count { try reader.skip(type: type, isElement: true) }
      }
    case Element.map: try skipMap()
    case Element.structure: try structure { (reader, field) throws(ParquetError) in try reader.skip(field) }
    case Element.uuid: try advance(16)
    default: throw .damaged("the metadata have a value of type \(type)")
    }
  }

  private mutating func skipMap() throws(ParquetError) {
    let count = try variable()
    guard count > 0 else { return }
    guard count <= UInt64(bytes.count - offset) else { throw ended }
    let types = try byte()
    try nested { (reader) throws(ParquetError) in
      for _ in 0..<count {
        try reader.skip(type: types >> 4, isElement: true)
        try reader.skip(type: types & 0x0F, isElement: true)
      }
    }
  }

  private mutating func nested(_ body: (inout ThriftReader) throws(ParquetError) -> Void) throws(ParquetError)
  {
    guard depth < Self.deepest else { throw .damaged("the metadata nest deeper than \(Self.deepest) levels") }
    depth += 1
    try body(&self)
    depth -= 1
  }

  private mutating func advance(_ count: Int) throws(ParquetError) {
    guard count <= bytes.count - offset else { throw ended }
    offset += count
  }
}
