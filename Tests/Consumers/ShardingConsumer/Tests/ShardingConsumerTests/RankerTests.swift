import Ranking
import Sharding
import TensorCore
import Testing

@Suite("A ranker on a mesh of its own")
struct RankerTests {
  private static let sizes = (features: 24, topics: 32, scores: 3)

  /// Whole parameters, which stand for a file: numbers in −1…1 that repeat late.
  private static let file = Dictionary(
    uniqueKeysWithValues: Ranker.parameters(
      features: sizes.features, topics: sizes.topics, scores: sizes.scores
    ).map { ($0.path, waves($0.axes.map(\.size), frequency: Float($0.path.count))) })

  private static func waves(_ shape: [Int], frequency: Float) -> Tensor {
    Tensor(
      (0..<shape.reduce(1, *)).map { number in
        let angle = Float(number) * frequency * 0.37
        return angle - 2 * (angle / 2).rounded()
      }, shape: shape)
  }

  private static func scores(of documents: Tensor, on communicator: any Communicator) throws -> Tensor {
    let ranker = try Ranker(
      features: sizes.features, topics: sizes.topics, scores: sizes.scores, on: communicator
    ) { path, slice in
      guard let whole = file[path] else { throw Missing(path: path) }
      return whole[slice]
    }
    return try ranker(documents)
  }

  private struct Missing: Error { let path: String }

  /// A score adds up 32 terms of at most 24 each in two orders: each addition rounds by at most 2⁻²⁴ of a sum that never passes
  /// 32 · 25, so two orders differ by at most 2 · 32 · 2⁻²⁴ · 800.
  private static let bound: Float = 2 * 32 * 800 / 16_777_216

  @Test(
    "A ranker on several shards scores as one rank with the whole parameters does",
    arguments: [(1, 1), (2, 1), (1, 2), (2, 2), (1, 4), (1, 8), (4, 2)])
  func sharded(batch: Int, shard: Int) throws {
    let documents = Self.waves([10, Self.sizes.features], frequency: 3)
    let whole = try Self.scores(of: documents, on: SoloCommunicator()).floats
    #expect(Set(whole).count > 20, "the scores differ")
    let mesh = Mesh(batch: batch, shard: shard)
    let all = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
      try Self.scores(of: documents, on: communicator).floats
    }
    for scores in all {
      #expect(scores == all[0], "the same bits on every rank")
      #expect(zip(scores, whole).allSatisfy { abs($0 - $1) <= Self.bound })
    }
    if shard == 1 { #expect(all[0] == whole) }
  }

  @Test("A ranker shares documents among replicas by messages")
  func replicas() throws {
    let documents = Self.waves([10, Self.sizes.features], frequency: 3)
    let whole = try Self.scores(of: documents, on: SoloCommunicator()).floats
    let mesh = Mesh(batch: 3, shard: 1)
    let gathered = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
      let mine = 10 * communicator.rank / 3..<10 * (communicator.rank + 1) / 3
      let scores = try Self.scores(of: documents.rows(mine), on: communicator)
      return try communicator.gather(scores, to: 0, named: "scores").flatMap(\.floats)
    }
    #expect(gathered == [whole, [], []])
  }

  @Test("A mesh that would cut a group of topics is refused before anything is loaded")
  func refusal() throws {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.run(Mesh(batch: 1, shard: 3)) { communicator in
        _ = try Ranker(features: 24, topics: 32, scores: 3, on: communicator) { path, _ in
          throw Missing(path: path)
        }
      }
    }
    #expect(
      "\(try #require(failure?.error))"
        == "parameter 'inner': axis 'n_topics' of 32 (in units of 4) does not divide into 3 shards; 2 or 4 would do"
    )
  }
}
