internal import Basics

/// Reads the fields of a message in the wire format of Protocol Buffers.
///
/// - Source: protobuf.dev, *Encoding*.
struct ProtobufReader {
  /// What a field holds, by its wire type.
  enum Value {
    case integer(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed(UInt32)
    /// A number of eight bytes.
    case long
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The number and the value of the next field; `nil` at the end.
  ///
  /// - Throws: `ByteError` for what is no message.
  mutating func next() throws(ByteError) -> (field: Int, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let tag = try integer()
    let field = Int(truncatingIfNeeded: tag >> 3)
    guard (1...1 << 29).contains(field) else { throw ByteError() }
    switch tag & 7 {
    case 0: return (field, .integer(try integer()))
    case 1:
      _ = try bytes(8)
      return (field, .long)
    case 2: return (field, .bytes(try bytes(Int(clamping: try integer()))))
    case 5: return (field, .fixed(try bytes(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }))
    default: throw ByteError()
    }
  }

  private mutating func bytes(_ count: Int) throws(ByteError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw ByteError() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func integer() throws(ByteError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw ByteError() }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    throw ByteError()
  }
}
