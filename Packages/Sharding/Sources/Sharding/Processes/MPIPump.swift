#if MPI
internal import TensorCore

/// Packets over MPI, for the one thread that may call it.
///
/// A packet is a header, and behind it, where it is small, the payload; a larger payload follows in messages of its own and is
/// received where it stays.
final class MPIPump {
  /// Up to here a payload travels in its header's message, which MPI sends off without asking the receiver.
  static let inlineByteCount = 2048

  let world: MPIWorld
  /// For each sender what has been announced and not delivered, in order.
  private var incoming: [[Incoming]]

  private struct Incoming {
    let packet: Packet
    /// `nil` where all is here.
    let transfer: MPIWorld.Transfer?
  }

  init() throws(MPIError) {
    world = try MPIWorld()
    incoming = Array(repeating: [], count: world.size)
  }

  func send(_ packet: Packet, to rank: Int) throws(MPIError) {
    let header = packet.header.bytes
    guard let payload = packet.payload, payload.byteCount > 0 else {
      return try world.sendHeader(header, to: rank)
    }
    if payload.byteCount <= Self.inlineByteCount {
      let bytes = payload.withBytes { bytes in bytes.withUnsafeBytes { Array($0) } }
      return try world.sendHeader(header + bytes, to: rank)
    }
    try world.sendHeader(header, to: rank)
    try world.sendPayload(payload, to: rank)
  }

  /// Moves everything on, and delivers what is complete.
  ///
  /// - Returns: Whether anything moved.
  func progress(deliver: (Packet, Int) -> Void) throws(MPIError) -> Bool {
    var hasMoved = try world.progress()
    while let (bytes, sender) = try world.nextHeader() {
      hasMoved = true
      incoming[sender].append(try accept(bytes, from: sender))
      deliverComplete(of: sender, deliver)
    }
    if hasMoved {
      for sender in incoming.indices { deliverComplete(of: sender, deliver) }
    }
    return hasMoved
  }

  private func deliverComplete(of sender: Int, _ deliver: (Packet, Int) -> Void) {
    while let first = incoming[sender].first, first.transfer?.pieces ?? 0 == 0 {
      incoming[sender].removeFirst()
      deliver(first.packet, sender)
    }
  }

  private func accept(_ bytes: [UInt8], from sender: Int) throws(MPIError) -> Incoming {
    guard let (header, end) = PacketHeader.read(from: bytes) else {
      throw MPIError(.noPacket(sender: sender, byteCount: bytes.count))
    }
    guard let type = header.elementType else {
      return Incoming(packet: Packet(header.content), transfer: nil)
    }
    let isInline = header.payloadByteCount <= Self.inlineByteCount
    guard bytes.count - end == (isInline ? header.payloadByteCount : 0) else {
      throw MPIError(
        .payload(sender: sender, expected: header.payloadByteCount, found: bytes.count - end))
    }
    if isInline {
      let tensor = Tensor(
        shape: header.shape, elementType: type, copying: bytes.span.bytes.extracting(end..<bytes.count))
      return Incoming(packet: Packet(header.content, payload: tensor), transfer: nil)
    }
    let tensor = Tensor(shape: header.shape, elementType: type) { _ in }
    let transfer = try world.receivePayload(tensor, from: sender)
    return Incoming(packet: Packet(header.content, payload: tensor), transfer: transfer)
  }
}
#endif
