import Basics

/// The messages of an Arrow IPC stream, or of a file, which is a stream between two magic words.
struct ArrowMessages {
  enum Kind: UInt8 {
    case schema = 1
    case dictionaryBatch = 2
    case recordBatch = 3
  }

  struct Message {
    var kind: Kind
    var header: FlatTable
    var body: ArrowBytes
  }

  private let bytes: ArrowBytes
  private var offset = 0
  /// The schema of a file's footer, until it is read.
  private var schema: FlatTable?
  /// Where the messages of a file begin, by its footer; `nil` for a stream, where they follow each other.
  private var places: ArraySlice<Int>?

  init(_ bytes: ArrowBytes) throws(ArrowError) {
    self.bytes = bytes
    guard bytes.count >= 8, try bytes.number(UInt64.self, at: 0) == Self.magic else { return }
    offset = 8
    guard let footer = try Self.footer(of: bytes), let schema = try footer.table(1) else { return }
    self.schema = schema
    // Of each, 24 bytes say where it begins and how long its parts are: those of dictionaries, then those of rows.
    places = try ArrowError.map(footer.places(2, width: 24) + footer.places(3, width: 24)) {
      place throws(ArrowError) in Int(try footer.bytes.number(Int64.self, at: place))
    }[...]
  }

  /// The footer of a file, which names its messages: not every writer lets them follow each other. A file that was cut has none.
  private static func footer(of bytes: ArrowBytes) throws(ArrowError) -> FlatTable? {
    let ending = bytes.count - 10  // the footer's length, and the magic word without zeros
    guard ending >= 8, try bytes.number(UInt64.self, at: ending + 2) >> 16 == magic else { return nil }
    let length = Int(try bytes.number(Int32.self, at: ending))
    return try FlatTable(root: bytes.slice(ending - length, length))
  }

  /// `ARROW1` and two zeros.
  private static let magic: UInt64 = 0x0000_3157_4F52_5241
  private static let continuation: UInt32 = 0xFFFF_FFFF

  /// The next message; `nil` at the end.
  mutating func next() throws(ArrowError) -> Message? {
    if let schema {
      self.schema = nil
      return Message(kind: .schema, header: schema, body: try bytes.slice(0, 0))
    }
    if places != nil {
      guard let place = places?.popFirst() else { return nil }
      offset = place
    }
    guard offset < bytes.count else { return nil }
    var size = try bytes.number(UInt32.self, at: offset)
    offset += 4
    // Streams from before version 0.15 lack this mark.
    if size == Self.continuation {
      size = try bytes.number(UInt32.self, at: offset)
      offset += 4
    }
    guard size > 0 else { return nil }
    let message = try FlatTable(root: bytes.slice(offset, Int(size)))
    offset += Int(size)
    let code: UInt8 = try message.number(1, or: 0)
    guard let kind = Kind(rawValue: code), let header = try message.table(2) else {
      throw ArrowError(
        .value("kind of a message", expected: "a schema, rows or a dictionary", found: "\(code)"))
    }
    let length: Int64 = try message.number(3, or: 0)
    let body = try bytes.slice(offset, Int(length))
    offset += Int(length)
    return Message(kind: kind, header: header, body: body)
  }
}
