import Foundation
import ShardingTesting
import Synchronization
import TensorCore
import Testing

@testable import Sharding

@Suite("Packets")
struct PacketTests {
  private static let headers: [PacketHeader] = [
    Packet(.end(failure: nil)),
    Packet(.end(failure: .init(rank: 2, message: "no such tensor 'wte'", status: 65))),
    Packet(.end(failure: .init(rank: 0, message: "", status: nil))),
    Packet(.message(name: "")),
    Packet(.message(name: "größe"), payload: Tensor(zeros: [0], elementType: .uint8)),
    Packet(.arrival(Collective(.barrier, named: "end"), root: nil, shape: nil, axis: nil, number: 0)),
    Packet(
      .arrival(Collective(.allReduce), root: nil, shape: [], axis: .shard, number: 1 << 40),
      payload: Tensor(numbered: [])),
    Packet(
      .arrival(Collective(.scatter, named: "parts"), root: 3, shape: nil, axis: .batch, number: 7),
      payload: Tensor(zeros: [2, 0, 3], elementType: .bfloat16)),
  ].map(\.header)

  @Test("A packet keeps its header and its payload, also where that is empty", arguments: headers)
  func roundTrip(header: PacketHeader) throws {
    let read = try #require(PacketHeader.read(from: header.bytes + [1, 2, 3]))
    #expect(read.header == header)
    #expect(read.byteCount == header.bytes.count)
  }

  @Test("A packet that is cut short or damaged is refused and never traps", arguments: headers)
  func damaged(header: PacketHeader) {
    let bytes = header.bytes
    for count in bytes.indices { #expect(PacketHeader.read(from: Array(bytes.prefix(count))) == nil) }
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        _ = PacketHeader.read(from: damaged)
      }
    }
  }

  struct Spilled: Error, CustomStringConvertible {
    let description = "no such tensor 'wte'"
  }

  @Test(
    "Ranks receive that another failed, wherever they wait",
    arguments: [Mesh(batch: 3, shard: 1), Mesh(batch: 2, shard: 2)])
  func failure(mesh: Mesh) throws {
    let received = Mutex<[Int: Collective]>([:])
    let failure = #expect(throws: RankFailure.self) {
      try PacketMesh.run(mesh) { communicator in
        if communicator.rank == 1 { throw Spilled() }
        do {
          if communicator.isMain { _ = try communicator.receive(named: "work") }
          try communicator.barrier(named: "end")
        } catch {
          let error = try #require(error as? CommunicatorError)
          received.withLock { $0[error.rank] = error.collective }
          #expect(error.reason == .rankFailed(rank: 1, message: Spilled().description, status: 64))
          throw error
        }
      }
    }
    #expect(failure?.rank == 1 && failure?.error is Spilled)
    var expected = [0: Collective(.receive, named: "work")]
    for rank in 2..<mesh.count { expected[rank] = Collective(.barrier, named: "end") }
    #expect(received.withLock { $0 } == expected)
  }

  @Test("Ranks receive that another returned, or that they disagree")
  func returnedAndDisagreeing() throws {
    let returned = #expect(throws: RankFailure.self) {
      try PacketMesh.run(Mesh(batch: 2, shard: 1)) { if $0.isMain { try $0.barrier(named: "end") } }
    }
    #expect(
      returned?.error as? CommunicatorError
        == CommunicatorError(Collective(.barrier, named: "end"), rank: 0, reason: .rankReturned(rank: 1)))
    let disagreeing = #expect(throws: RankFailure.self) {
      try PacketMesh.run(Mesh(batch: 1, shard: 3)) { communicator in
        var tensor = Tensor(zeros: [2 + communicator.rank / 2])
        try communicator.allReduce(&tensor, named: "loss")
      }
    }
    #expect(
      (disagreeing?.error as? CommunicatorError)?.reason
        == .disagreement(
          .init(rank: 0, "allReduce 'loss' of [2]"), .init(rank: 2, "allReduce 'loss' of [3]")))
  }

  @Test("A hang is reported when patience ends, with the last packet that arrived")
  func hang() throws {
    let failure = #expect(throws: RankFailure.self) {
      try PacketMesh.run(Mesh(batch: 2, shard: 1), patience: .milliseconds(200)) { communicator in
        try communicator.barrier(named: "start")
        if communicator.isMain { return try communicator.barrier(named: "block 3") }
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
    #expect(
      failure?.error as? CommunicatorError
        == CommunicatorError(
          Collective(.barrier, named: "block 3"), rank: 0,
          reason: .timedOut(seconds: 0.2, missing: ["rank 1 (last packet in barrier 'start')"])))
  }

  @Test("A rank that waits does not count as one that may still send a message")
  func silence() throws {
    let failure = #expect(throws: RankFailure.self) {
      try PacketMesh.run(Mesh(batch: 3, shard: 1), patience: .milliseconds(300), waitForSilentRank)
    }
    #expect(
      (failure?.error as? CommunicatorError)?.reason
        == .timedOut(seconds: 0.3, missing: ["rank 1 (no packet yet)"]))
  }

  @Test("A packet that cannot be carried ends the waits of all threads")
  func transportFailure() throws {
    let rendezvous = ProcessRendezvous(mesh: Mesh(batch: 2, shard: 1), rank: 0, patience: nil)
    rendezvous.transportFailed("MPI_Isend failed: MPI_ERR_OTHER: known error not in list")
    let communicator = RendezvousCommunicator(at: rendezvous, rank: 0)
    let errors = [
      #expect(throws: CommunicatorError.self) { try communicator.barrier(named: "end") },
      #expect(throws: CommunicatorError.self) { try communicator.receive(named: "end") },
      #expect(throws: CommunicatorError.self) { try communicator.send([], to: 1, named: "end") },
    ]
    for error in errors {
      #expect(error?.reason == .transport("MPI_Isend failed: MPI_ERR_OTHER: known error not in list"))
    }
    #expect(!rendezvous.end(with: nil, status: nil), "there is no end that all reach")
  }

  @Test("A packet that cannot be carried after a rank has failed ends the last wait too")
  func transportFailureAfterRankFailure() {
    let rendezvous = ProcessRendezvous(mesh: Mesh(batch: 3, shard: 1), rank: 0, patience: nil)
    rendezvous.receive(
      Packet(.end(failure: .init(rank: 1, message: "no such tensor 'wte'", status: nil))), from: 1)
    rendezvous.transportFailed("MPI_Testsome failed: MPI_ERR_OTHER: known error not in list")
    #expect(!rendezvous.end(with: Spilled(), status: nil))
  }

  @Test("A mesh of processes needs a launcher, and a mesh of one rank does not")
  func processMesh() throws {
    #expect(try ProcessMesh.run(.solo) { $0.size } == 1)
    let error = #expect(throws: ProcessMeshError.self) {
      try ProcessMesh.run(Mesh(batch: 2, shard: 2)) { $0.size }
    }
    #expect(error?.kind == .otherRankCount(mesh: Mesh(batch: 2, shard: 2), .alone))
    #expect(error?.expected == 4 && error?.found == 1)
  }
}
