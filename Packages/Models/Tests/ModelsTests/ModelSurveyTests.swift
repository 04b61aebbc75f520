import Models
import ModelsTesting
import Sharding
import ShardingTesting
import TensorCore
import Testing

@Suite("Survey of a model")
struct ModelSurveyTests {
  /// Parameters of which none may be read.
  private struct UnreadableSource: ParameterSource {
    struct Read: Error {}
    let base: MemorySource

    init(_ settings: GPT.Configuration) { base = MemorySource(TinyGPT.parameters(settings)) }

    var names: [String] { base.names }
    func shape(of name: String) -> [Int]? { base.shape(of: name) }
    func tensor(_ name: String, slice: TensorSlice) throws -> Tensor { throw Read() }
  }

  private func settings(vocabularySize: Int) -> GPT.Configuration {
    TinyGPT.settings {
      $0.setSizes(layers: 2, width: 16, heads: 4, blockSize: 24, vocabularySize: vocabularySize)
    }
  }

  @Test("A survey lists what each rank holds and reads no weights", arguments: [1, 2, 4])
  func slices(shards: Int) throws {
    let settings = settings(vocabularySize: 37)
    let source = UnreadableSource(settings)
    let survey = try GPT.survey(settings, of: source, mesh: Mesh(batch: 2, shard: shards))
    #expect(survey.parameters.map(\.path).sorted() == source.names)
    for parameter in survey.parameters {
      #expect(parameter.slices.count == 2 * shards)
      let isCut = parameter.slices[0].count < parameter.slices[0].whole.reduce(1, *)
      let holders = TensorSlice.coverage(of: Array(parameter.slices.prefix(shards)))
      #expect(holders.allSatisfy { $0 == (isCut ? 1 : shards) }, "\(parameter.path)")
      #expect(
        Array(parameter.slices.suffix(shards)) == Array(parameter.slices.prefix(shards)),
        "replicas hold the same")
    }
    let kernel = try #require(survey.parameters.first { $0.path == "blocks_1/attn/c_attn/kernel" })
    #expect(kernel.slices[0].shape == [16, 48 / shards])
    #expect(survey.bytes(rank: 0) >= survey.wholeBytes / shards)
  }

  @Test(
    "A vocabulary is cut where its size divides, and otherwise stays whole", arguments: [(36, 2), (37, 1)])
  func vocabulary(size: Int, parts: Int) throws {
    let settings = settings(vocabularySize: size)
    let survey = try GPT.survey(settings, of: UnreadableSource(settings), mesh: Mesh(batch: 1, shard: 2))
    let table = try #require(survey.parameters.first { $0.path == "wte" })
    #expect(table.slices[0].shape == [size / parts, 16])
    let source = MemorySource(TinyGPT.parameters(settings))
    let models = try (0..<2).map { try GPT.read(settings, from: source, as: survey, rank: $0) }
    #expect(models.allSatisfy { $0.vocabularySize == size })
  }

  @Test("A survey refuses what does not divide or fit before weights are read")
  func refusals() throws {
    let settings = settings(vocabularySize: 37)
    let placement = #expect(throws: PlacementError.self) {
      try GPT.read(settings, from: UnreadableSource(settings), mesh: Mesh(batch: 1, shard: 3), rank: 2)
    }
    #expect(placement?.parameter == "blocks_0/attn/c_attn/kernel" && placement?.reason == .uneven)
    #expect(placement?.axis == ParameterAxis(.attention, 48, parts: 3, unit: 4) && placement?.shards == 3)
    #expect(placement?.nearest == [2, 4])
    let wider = TinyGPT.settings {
      $0.setSizes(layers: 3, width: 16, heads: 4, blockSize: 24, vocabularySize: 37)
    }
    let misfit = #expect(throws: ParameterError.self) {
      try GPT.read(wider, from: UnreadableSource(settings), mesh: Mesh(batch: 1, shard: 2))
    }
    #expect(misfit?.missing.contains("blocks_2/ln_1/weight") == true)
    #expect(throws: ParameterError.self) { try GPT.read(settings, from: UnreadableSource(settings)) }
  }
}
