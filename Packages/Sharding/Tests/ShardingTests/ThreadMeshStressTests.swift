import Sharding
import ShardingTesting
import TensorCore
import Testing

@Suite("Thread mesh under stress", .serialized)
struct ThreadMeshStressTests {
  @Test("Thousands of collectives in a row do not mix", arguments: 1...8)
  func manyCollectives(ranks: Int) throws {
    for mesh in Mesh.shapes(of: ranks) {
      let rounds = 150
      let wrong = try ThreadMesh.test(mesh) { communicator in
        let (rows, columns) = (communicator.along(.shard), communicator.along(.batch))
        var wrong = 0
        for round in 0..<rounds {
          for group in [communicator, rows, columns] {
            var sum = Tensor([Float(round * group.rank)], shape: [1])
            try group.allReduce(&sum, named: "sum")
            if sum.floats[0] != Float(round * group.size * (group.size - 1) / 2) { wrong += 1 }
            let gathered = try group.allGather(Tensor([Int32(round)], shape: [1]), named: "gather")
            if gathered.contains(where: { $0.int32s[0] != Int32(round) }) { wrong += 1 }
          }
          try communicator.barrier()
        }
        return wrong
      }
      #expect(wrong.allSatisfy { $0 == 0 }, "\(mesh)")
    }
  }

  @Test("Two runs at the same time do not mix")
  func concurrentRuns() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for run in 0..<4 {
        group.addTask {
          try ThreadMesh.test(Mesh(batch: 1, shard: 3)) { communicator in
            try (0..<300).allSatisfy { round in
              var tensor = Tensor([Float(run), Float(round)], shape: [2])
              try communicator.allReduce(&tensor)
              return tensor.floats == [Float(3 * run), Float(3 * round)]
            }
          }.allSatisfy { $0 }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test("A run ends at whatever moment a rank fails", arguments: [2, 4, 7])
  func randomFailures(ranks: Int) {
    for moment in 0..<60 {
      let failure = #expect(throws: RankFailure.self) {
        try ThreadMesh.test(Mesh(batch: ranks, shard: 1)) { communicator in
          for round in 0..<60 {
            if round == moment && communicator.rank == moment % ranks { throw Stop() }
            var tensor = Tensor([Float(round)], shape: [1])
            try communicator.allReduce(&tensor)
          }
        }
      }
      #expect(failure?.rank == moment % ranks)
    }
  }

  struct Stop: Error {}
}
