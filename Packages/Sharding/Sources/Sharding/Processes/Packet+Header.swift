internal import Basics
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
      writer.append(text: "arrival")
      writer.append(text: collective.kind.rawValue)
      writer.append(text: collective.name)
      writer.append(list: root.map { [$0] } ?? [])
      writer.append(list: (shape == nil ? [] : [1]) + (shape ?? []))
      writer.append(text: axis?.rawValue ?? "")
      writer.append(Int64(number))
    case .message(let name):
      writer.append(text: "message")
      writer.append(text: name)
    case .end(nil): writer.append(text: "return")
    case .end(let failure?):
      writer.append(text: "failure")
      writer.append(Int64(failure.rank))
      writer.append(text: failure.message)
      writer.append(list: failure.status.map { [Int($0)] } ?? [])
    }
    writer.append(text: elementType?.rawValue ?? "")
    writer.append(list: shape)
    return writer.bytes
  }

  /// - Parameter bytes: What ``bytes`` gave, perhaps with a payload behind it.
  /// - Returns: `nil` if they are not of this build's making. With the header, how many bytes it takes.
  static func read(from bytes: [UInt8]) -> (header: PacketHeader, byteCount: Int)? {
    var reader = ByteReader(bytes)
    guard let content = try? reader.content(), let type = try? reader.text(),
      let shape: [Int] = try? reader.list(),
      type.isEmpty || ElementType(rawValue: type) != nil
    else { return nil }
    let elementType = ElementType(rawValue: type)
    guard elementType == nil || (try? elementType?.byteCount(of: shape, in: "")) != nil else { return nil }
    return (PacketHeader(content: content, elementType: elementType, shape: shape), reader.position)
  }
}

extension ByteReader {
  fileprivate mutating func content() throws(ByteError) -> Packet.Content {
    switch try text() {
    case "arrival":
      guard let kind = Collective.Kind(rawValue: try text()) else { throw ByteError() }
      let name = try text()
      let (root, shape): ([Int], [Int]) = (try list(), try list())
      let axis = try text()
      return .arrival(
        Collective(kind, named: name), root: root.first,
        shape: shape.isEmpty ? nil : Array(shape.dropFirst()),
        axis: MeshAxis(rawValue: axis), number: try number())
    case "message": return .message(name: try text())
    case "return": return .end(failure: nil)
    case "failure":
      let (rank, message): (Int, String) = (try number(), try text())
      let status: [Int] = try list()
      return .end(
        failure: Packet.Failure(
          rank: rank, message: message, status: status.first.flatMap { Int32(exactly: $0) }))
    default: throw ByteError()
    }
  }
}
