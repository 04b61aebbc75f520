import Sharding
import TensorCore
import Testing

@testable import Models

/// Backbones whose heads and hidden widths lie on several ranks compute what one rank computes.
///
/// Each rank sums its share of an inner dimension, so a sum of n terms becomes a sum of as many partial sums as there are
/// shards. Of logits of about 1 the difference is a few roundings of 2^-24 a layer: within 2e-5. In bfloat16 such a last
/// bit can tip an operand to its neighbour, 2^-9 of it: within 2e-2.
@Suite("Sharded backbones")
struct ShardedBackboneTests {
  @Test(
    "Shards of Llama hold copies of key heads where there are fewer heads than shards",
    arguments: [1, 2, 4, 8], [2, 4])
  func llama(keyHeads: Int, shards: Int) throws {
    var settings = Llama.Configuration()
    settings.shape = shape(keyHeads: keyHeads)
    settings.rotary.width = settings.shape.headWidth
    settings.windows = [nil, 4]
    settings.qkvBias = true
    settings.outputBias = true
    try expectAgreement(Llama.self, settings, shards: shards, within: 2e-5)
    settings.feedForwardBias = true
    settings.headNorms = true
    try expectAgreement(Llama.self, settings, shards: shards, within: 2e-5)
    settings.types.activation = .bfloat16
    try expectAgreement(Llama.self, settings, shards: shards, within: 2e-2)
  }

  @Test(
    "Shards of GPT-NeoX cut the fused projection by heads", arguments: [2, 4], [WeightLayout.hub, .gguf])
  func neoX(shards: Int, layout: WeightLayout) throws {
    var settings = GPTNeoX.Configuration()
    settings.shape = shape(keyHeads: 8)
    settings.rotary.width = 4
    settings.layout = layout
    for isParallel in [true, false] {
      settings.parallelResidual = isParallel
      try expectAgreement(GPTNeoX.self, settings, shards: shards, within: 2e-5)
    }
  }

  @Test("Shards of GPT-2 cut each of the three parts of c_attn", arguments: [2, 4, 8])
  func gpt2(shards: Int) throws {
    var settings = GPT2.Configuration()
    settings.shape = shape(keyHeads: 8)
    try expectAgreement(GPT2.self, settings, shards: shards, within: 2e-5)
  }

  @Test("Heads that do not divide are refused")
  func uneven() throws {
    var settings = Llama.Configuration()
    settings.shape = shape(keyHeads: 8)
    settings.rotary.width = settings.shape.headWidth
    settings.windows = [nil, nil]
    let reader = ParameterReader(
      initializing: RandomKey(seed: 1), rules: Llama.sharding, mesh: Mesh(batch: 1, shard: 3), rank: 0)
    _ = Llama(settings, parameters: reader)
    let error = #expect(throws: ParameterError.self) { try reader.finish() }
    let query = error?.unreadable.first { $0.name == "layers/0/self_attn/q_proj/weight" }
    guard case .placement(let cause) = query?.cause else {
      Issue.record(error ?? ParameterError())
      return
    }
    #expect(cause.reason == .uneven && cause.shards == 3)
  }

  /// Eight heads of six: a head's width that the shards do not divide.
  private func shape(keyHeads: Int) -> DecoderShape {
    var shape = DecoderShape()
    shape.vocabularySize = 37
    shape.width = 48
    shape.layers = 2
    shape.heads = 8
    shape.keyHeads = keyHeads
    shape.headWidth = 6
    shape.hidden = 64
    shape.blockSize = 32
    return shape
  }

  private func expectAgreement<Model: LanguageModel>(
    _ type: Model.Type, _ settings: Model.Configuration, shards: Int, within bound: Float,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let whole = try logits(type, settings, SoloCommunicator())
    let results = try ThreadMesh.run(Mesh(batch: 1, shard: shards), patience: .seconds(60)) { communicator in
      try logits(type, settings, communicator)
    }
    #expect(whole.contains { abs($0) > 0.05 }, "logits worth comparing", sourceLocation: sourceLocation)
    for result in results {
      let difference = zip(result, whole).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference <= bound, sourceLocation: sourceLocation)
      #expect(result == results[0], "all ranks hold the same bits", sourceLocation: sourceLocation)
    }
  }
}

/// The logits of one short sequence, as `communicator`'s rank computes them.
private func logits<Model: LanguageModel>(
  _ type: Model.Type, _ settings: Model.Configuration, _ communicator: any Communicator
) throws -> [Float] {
  let ids: [Int32] = [3, 17, 0, 36, 5, 5, 29, 1, 30]
  let reader = ParameterReader(
    initializing: RandomKey(seed: 7), rules: Model.sharding, mesh: communicator.mesh, rank: communicator.rank)
  let model = try Model(settings, parameters: reader)
  try reader.finish()
  let sequence = CachedSequence(in: model.makeCache())
  let pass = ForwardPass(
    segments: [sequence.extend(by: ids.count, firstRow: 0)], pages: sequence.pages, mode: model.mode,
    communicator: communicator)
  return try model.unembed(model.rows(ids, pass), pass).floats
}
