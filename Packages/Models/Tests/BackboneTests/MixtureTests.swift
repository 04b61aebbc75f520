import Models
import Sharding
import ShardingTesting
import TensorCore
import Testing

extension RandomModel {
  /// Weights of random MXFP4 blocks are larger than those of the other models, and so are float32's roundings.
  fileprivate var bound: Float { name == "gpt_oss-mxfp4" ? 1e-4 : 2e-5 }
}

/// Sums of tens of products of about one, in float32: bounds are a few roundings of 2⁻²⁴ each.
@Suite("Mixtures of experts")
struct MixtureTests {
  @Test(
    "A mixture in a folder has the log-probabilities of transformers",
    arguments: RandomModel.names("Mixtures"))
  private func folder(name: String) throws {
    let mixture = try RandomModel("Mixtures", name)
    let model = try Backbone(path: mixture.folder, types: float32Types)
    let distance = mixture.distance(try model.logits(mixture.ids, passes: [mixture.ids.count]).floats)
    #expect(distance <= mixture.bound, "\(name): \(distance)")
  }

  @Test(
    "A mixture in a GGUF file has the log-probabilities of transformers",
    arguments: RandomModel.converted("Mixtures"))
  private func gguf(name: String) throws {
    let mixture = try RandomModel("Mixtures", name)
    let model = try Backbone(path: mixture.gguf, types: float32Types)
    let distance = mixture.distance(try model.logits(mixture.ids, passes: [mixture.ids.count]).floats)
    #expect(distance <= mixture.bound, "\(name): \(distance)")
  }

  @Test(
    "A mixture gives the same bits whether a prefix was cached or not",
    arguments: RandomModel.names("Mixtures"),
    [ActivationType.float32, .bfloat16]
  )
  private func cached(name: String, type: ActivationType) throws {
    let mixture = try RandomModel("Mixtures", name)
    var types = float32Types
    types.activation = type
    let model = try Backbone(path: mixture.folder, types: types)
    let whole = try model.logits(mixture.ids, passes: [mixture.ids.count]).floats
    let parts = try model.logits(mixture.ids, passes: [1, 7, 1, 58, 1, 1, 1]).floats
    #expect(whole == parts)
  }

  @Test(
    "A mixture gives the same scores where shards hold experts and heads",
    arguments: RandomModel.names("Mixtures"), [2, 4])
  private func sharded(name: String, shards: Int) throws {
    let mixture = try RandomModel("Mixtures", name)
    let mesh = Mesh(batch: 1, shard: shards)
    let results = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
      let model = try Backbone(path: mixture.folder, types: float32Types, mesh: mesh, rank: communicator.rank)
      let sequence = CachedSequence(in: model.makeCache())
      let pass = ForwardPass(
        segments: [sequence.extend(by: mixture.ids.count, firstRow: 0)], pages: sequence.pages,
        mode: model.mode,
        communicator: communicator)
      return try model.unembed(model.rows(mixture.ids, pass), pass).floats
    }
    for result in results {
      let distance = mixture.distance(result)
      #expect(distance <= mixture.bound, "\(name): \(distance)")
      #expect(result == results[0], "all ranks hold the same bits")
    }
  }
}
