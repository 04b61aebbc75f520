import Foundation
import Sharding
import ShardingTesting
import Synchronization
import TensorCore
import Testing

@Suite("A rank that fails")
struct ThreadMeshFailureTests {
  struct Spilled: Error, CustomStringConvertible {
    let description = "no such tensor 'wte'"
  }

  @Test("A rank that fails ends the waits of all others, which name it", arguments: [2, 3, 4, 8])
  func ranksLearn(ranks: Int) throws {
    for culprit in 0..<ranks {
      let received = Mutex<[CommunicatorError]>([])
      let failure = #expect(throws: RankFailure.self) {
        try ThreadMesh.test(Mesh(batch: ranks, shard: 1)) { communicator in
          try communicator.barrier(named: "start")
          if communicator.rank == culprit { throw Spilled() }
          var tensor = Tensor(numbered: [4])
          do {
            try communicator.allReduce(&tensor, named: "loss")
          } catch {
            if let error = error as? CommunicatorError { received.withLock { $0.append(error) } }
            throw error
          }
        }
      }
      #expect(failure?.rank == culprit, "the cause, not what followed from it")
      #expect(failure?.error is Spilled)
      let expected = (0..<ranks).filter { $0 != culprit }.map {
        CommunicatorError(
          Collective(.allReduce, named: "loss"), rank: $0,
          reason: .rankFailed(rank: culprit, message: Spilled().description))
      }
      #expect(received.withLock { $0.sorted { $0.rank < $1.rank } } == expected)
    }
  }

  @Test(
    "Ranks that wait in groups of their own learn that another failed",
    arguments: [Mesh(batch: 2, shard: 2), Mesh(batch: 3, shard: 2)])
  func groupsLearn(mesh: Mesh) {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(mesh) { communicator in
        if communicator.rank == 0 { throw Spilled() }
        for _ in 0..<3 {
          try communicator.along(.shard).barrier(named: "rows")
          try communicator.along(.batch).barrier(named: "columns")
        }
      }
    }
    #expect(failure?.rank == 0)
  }

  @Test("A second wait after a failure reports the same failure")
  func retries() {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 3, shard: 1)) { communicator in
        if communicator.rank == 1 { throw Spilled() }
        try? communicator.barrier()
        try? communicator.barrier()
        try communicator.barrier()
      }
    }
    #expect(failure?.rank == 1)
  }

  @Test("A rank that returns before the others is reported")
  func early() throws {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
        if communicator.rank == 0 { return }
        try communicator.barrier(named: "end")
      }
    }
    #expect(
      failure?.error as? CommunicatorError
        == CommunicatorError(Collective(.barrier, named: "end"), rank: 1, reason: .rankReturned(rank: 0)))
  }

  @Test("Ranks that call collectives in different orders learn what each called")
  func disagreement() throws {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 1)) { communicator in
        if communicator.rank == 0 { try communicator.barrier(named: "end") }
        var tensor = Tensor(numbered: [2, 3])
        try communicator.allReduce(&tensor, named: "loss")
      }
    }
    #expect(
      (failure?.error as? CommunicatorError)?.reason
        == .disagreement(.init(rank: 0, "barrier 'end'"), .init(rank: 1, "allReduce 'loss' of [2, 3]")))
  }

  @Test("Ranks whose shapes, names or roots differ are reported")
  func mismatchedOperands() {
    let attempts: [@Sendable (any Communicator) throws -> Void] = [
      { communicator in
        var tensor = Tensor(numbered: [2 + communicator.rank])
        try communicator.allReduce(&tensor)
      },
      { try $0.barrier(named: "layer \($0.rank)") },
      { communicator in
        var tensor = Tensor(numbered: [2])
        try communicator.broadcast(&tensor, from: communicator.rank)
      },
    ]
    for attempt in attempts {
      let failure = #expect(throws: RankFailure.self) {
        try ThreadMesh.test(Mesh(batch: 1, shard: 2), attempt)
      }
      guard case .disagreement = (failure?.error as? CommunicatorError)?.reason else {
        Issue.record("\(String(describing: failure))")
        continue
      }
    }
  }

  @Test("A rank that hangs is reported when patience ends")
  func hang() throws {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 2), patience: .milliseconds(200)) { communicator in
        try communicator.barrier(named: "start")
        switch communicator.rank {
        case 0: try communicator.along(.batch).barrier(named: "gather")  // with rank 2, which never comes
        case 1: break
        default: try communicator.along(.shard).barrier(named: "block 3")
        }
        if communicator.rank >= 2 {
          // Ranks 2 and 3 have met; now 2 waits for 3, which waits for 1.
          try communicator.along(communicator.rank == 2 ? .shard : .batch).barrier(named: "block 4")
        } else if communicator.rank == 1 {
          try communicator.along(.shard).barrier(named: "block 3")  // with rank 0
        }
      }
    }
    let error = try #require(failure?.error as? CommunicatorError)
    guard case .timedOut(0.2, let missing) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(missing.count == 1)
    let waits = [
      "rank 2 (in barrier 'block 4')", "rank 3 (in barrier 'block 4')", "rank 0 (in barrier 'gather')",
      "rank 1 (in barrier 'block 3')",
    ]
    #expect(waits.contains(missing[0]), "\(error)")
  }

  @Test("A rank that stops waiting ends the run even where its own code goes on")
  func impatience() {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.test(Mesh(batch: 2, shard: 1), patience: .milliseconds(100)) { communicator in
        if communicator.rank == 0 {
          try? communicator.barrier(named: "first")
          Thread.sleep(forTimeInterval: 0.4)  // rank 1 is in its first collective by now
        } else {
          Thread.sleep(forTimeInterval: 0.3)
          try communicator.barrier(named: "first")
        }
        try communicator.barrier(named: "second")
      }
    }
    #expect(
      failure?.error as? CommunicatorError
        == CommunicatorError(
          Collective(.barrier, named: "second"), rank: 0,
          reason: .timedOut(seconds: 0.1, missing: ["rank 1 (before its first collective)"])))
  }
}
