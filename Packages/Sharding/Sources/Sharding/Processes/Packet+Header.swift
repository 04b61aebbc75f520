internal import TensorCore

/// All of a packet but the elements of its payload.
struct PacketHeader: Sendable, Equatable {
  let content: Packet.Content
  /// Element type and shape of the payload.
  let elementType: ElementType?
  let shape: [Int]

  /// How many bytes of payload belong to it.
  var payloadByteCount: Int { elementType.map { shape.reduce($0.byteCount, *) } ?? 0 }
}

extension Packet {
  var header: PacketHeader {
    PacketHeader(content: content, elementType: payload?.elementType, shape: payload?.shape ?? [])
  }
}

extension PacketHeader {
  /// As it travels.
  var bytes: [UInt8] {
    var writer = ByteWriter()
    switch content {
    case .arrival(let collective, let root, let shape, let axis, let number):
      writer.write("arrival")
      writer.write(collective.kind.rawValue)
      writer.write(collective.name)
      writer.write(root.map { [$0] } ?? [])
      writer.write((shape == nil ? [] : [1]) + (shape ?? []))
      writer.write(axis?.rawValue ?? "")
      writer.write(number)
    case .message(let name):
      writer.write("message")
      writer.write(name)
    case .end(nil): writer.write("return")
    case .end(let failure?):
      writer.write("failure")
      writer.write(failure.rank)
      writer.write(failure.message)
      writer.write(failure.status.map { [Int($0)] } ?? [])
    }
    writer.write(elementType?.rawValue ?? "")
    writer.write(shape)
    return writer.bytes
  }

  /// - Parameter bytes: What ``bytes`` gave, perhaps with a payload behind it.
  /// - Returns: `nil` if they are not of this build's making. With the header, how many bytes it takes.
  static func read(from bytes: [UInt8]) -> (header: PacketHeader, byteCount: Int)? {
    var reader = ByteReader(bytes)
    guard let content = reader.content(), let type = reader.string(), let shape = reader.numbers(),
      type.isEmpty || ElementType(rawValue: type) != nil
    else { return nil }
    let elementType = ElementType(rawValue: type)
    guard elementType == nil || (try? elementType?.byteCount(of: shape, in: "")) != nil else { return nil }
    return (PacketHeader(content: content, elementType: elementType, shape: shape), reader.position)
  }
}

extension ByteReader {
  fileprivate mutating func content() -> Packet.Content? {
    switch string() {
    case "arrival":
      guard let kind = string().flatMap(Collective.Kind.init(rawValue:)), let name = string(),
        let root = numbers(), let shape = numbers(), let axis = string(), let number = number()
      else { return nil }
      return .arrival(
        Collective(kind, named: name), root: root.first,
        shape: shape.isEmpty ? nil : Array(shape.dropFirst()),
        axis: MeshAxis(rawValue: axis), number: number)
    case "message": return string().map { .message(name: $0) }
    case "return": return .end(failure: nil)
    case "failure":
      guard let rank = number(), let message = string(), let status = numbers() else { return nil }
      return .end(
        failure: Packet.Failure(
          rank: rank, message: message, status: status.first.flatMap { Int32(exactly: $0) }))
    default: return nil
    }
  }
}
