import Dispatch
import Foundation
import Synchronization
import TensorCore

@testable import Sharding

/// Ranks as threads that know each other by packets only, as processes do: headers travel as bytes, and arrive on another
/// thread.
enum PacketMesh {
  /// ``ThreadMesh/run(_:patience:_:)``, over packets.
  static func run<Value: Sendable>(
    _ mesh: Mesh, patience: Duration = .seconds(60), counting post: PostOffice = PostOffice(),
    _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws(RankFailure) -> [Value] {
    let rendezvous = (0..<mesh.count).map { ProcessRendezvous(mesh: mesh, rank: $0, patience: patience) }
    let wires = rendezvous.enumerated().map { Wire(to: $1, number: $0) }
    return try ThreadMesh.run(mesh) { threads in
      let rank = threads.rank
      rendezvous[rank].begin(over: MemoryTransport(rank: rank, wires: wires, post: post))
      let outcome = Result { try body(RendezvousCommunicator(at: rendezvous[rank], rank: rank)) }
      var failure: (any Error)?
      if case .failure(let error) = outcome { failure = error }
      _ = rendezvous[rank].end(with: failure, status: failure == nil ? nil : 64)
      return try outcome.get()
    }
  }
}

/// The way to one rank: a queue that delivers what is put into it, in order.
private final class Wire: Sendable {
  private let queue: DispatchQueue
  private let receiver: ProcessRendezvous

  init(to receiver: ProcessRendezvous, number: Int) {
    queue = DispatchQueue(label: "to rank \(number)")
    self.receiver = receiver
  }

  func carry(_ header: [UInt8], _ payload: Tensor?, from sender: Int) {
    queue.async { [receiver] in
      guard let (header, _) = PacketHeader.read(from: header) else {
        return receiver.transportFailed("\(header.count) bytes that are no packet")
      }
      receiver.receive(Packet(header.content, payload: payload), from: sender)
    }
  }
}

private struct MemoryTransport: PacketTransport {
  let rank: Int
  let wires: [Wire]
  let post: PostOffice

  func send(_ packet: Packet, to rank: Int) {
    post.count(packet, from: self.rank)
    wires[rank].carry(packet.header.bytes, packet.payload, from: self.rank)
  }

  func hurry(_ isWaiting: Bool) {}
}

/// Counts the packets of collectives that each rank sends, and the bytes of their payloads.
final class PostOffice: Sendable {
  private let counts = Mutex<[Int: (bytes: Int, packets: Int)]>([:])

  fileprivate func count(_ packet: Packet, from rank: Int) {
    guard case .arrival = packet.content else { return }
    counts.withLock { counts in
      counts[rank, default: (0, 0)].packets += 1
      counts[rank, default: (0, 0)].bytes += packet.payload?.byteCount ?? 0
    }
  }

  func sent(by rank: Int) -> (bytes: Int, packets: Int) { counts.withLock { $0[rank] ?? (0, 0) } }
}
