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

  init(_ bytes: ArrowBytes) throws(ArrowError) {
    self.bytes = bytes
    if bytes.count >= 8, try bytes.number(UInt64.self, at: 0) == Self.magic { offset = 8 }
  }

  /// `ARROW1` and two zeros.
  private static let magic: UInt64 = 0x0000_3157_4F52_5241
  private static let continuation: UInt32 = 0xFFFF_FFFF

  /// The next message; `nil` at the end.
  mutating func next() throws(ArrowError) -> Message? {
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
