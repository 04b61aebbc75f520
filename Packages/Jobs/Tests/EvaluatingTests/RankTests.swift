import Checkpoints
import Jobs
import JobsTesting
import Models
import Sharding
import TensorCore
import Testing

@testable import Evaluating

@Suite("Evaluators on several ranks")
struct RankTests {
  /// What the ranks of `mesh` throw, each with a checkpoint of its own host.
  private func failure(
    on mesh: Mesh, _ checkpoints: [TinyCheckpoint], _ body: @escaping @Sendable (Evaluate<GPT>) throws -> Void
  ) throws -> JobError? {
    let failure = #expect(throws: RankFailure.self) {
      try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
        let tiny = checkpoints[communicator.rank]
        var spec = tiny.spec
        (spec.communicator, spec.isMain) = (communicator, communicator.isMain)
        let path = try CheckpointStore(root: tiny.root.path).resolve("p/g/tiny/best")
        try body(try Evaluate<GPT>.restored(from: Checkpoint(path: path), spec: spec).job)
      }
    }
    return try #require(failure).error as? JobError
  }

  @Test("Ranks report a host that holds other weights under the same name")
  func otherWeights() throws {
    let other = try TinyCheckpoint { $0["wte"] = $0["wte"]?.adding(1) }
    #expect(
      try failure(on: Mesh(batch: 2, shard: 1), [TinyCheckpoint(), other]) { try $0.run() }?.kind
        == .otherData(rank: 1, what: "weights"))
  }

  @Test("Ranks that each hold a part of a model refuse to give logits")
  func forwardOnShards() throws {
    let tiny = try TinyCheckpoint()
    let error = try failure(on: Mesh(batch: 1, shard: 2), [tiny, tiny]) { evaluator in
      _ = try evaluator.forward(TokenBatch([[1, 2]]))
    }
    #expect(error?.kind == .sharded(.forward, shards: 2))
  }
}
