import Foundation
import Models
import Sharding
import TensorCore
import Testing

/// Log-probabilities are those of `transformers` in float64, within the float32 roundings of two layers: 2e-5 nats.
@Suite("An architecture from outside")
struct OLMo2Tests {
  private static let registered: Result<Void, any Error> = Result {
    try Backbone.register(OLMo2.architecture)
  }
  private static let folder = Bundle.module.resourceURL!.appending(path: "Fixtures/olmo2")

  private struct Expected: Decodable {
    var ids: [Int32]
    var logProbabilities: [Double]
  }

  private func expected() throws -> Expected {
    let data = try Data(contentsOf: Self.folder.appending(path: "expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data)
  }

  private var types: NumericTypes {
    var types = NumericTypes()
    types.activation = .float32
    return types
  }

  /// The log-probability of each id after the first.
  private func logProbabilities(
    of ids: [Int32], by model: Backbone, over communicator: any Communicator = SoloCommunicator()
  ) throws -> [Float] {
    let sequence = CachedSequence(in: model.makeCache())
    let pass = ForwardPass(
      segments: [sequence.extend(by: ids.count - 1, firstRow: 0)], pages: sequence.pages, mode: model.mode,
      communicator: communicator)
    let rows = try model.rows(Array(ids.dropLast()), pass)
    let targets = TargetLists(ids.dropFirst().map { [$0] })
    return try model.score(rows, targets: targets, pass).targetLogProbabilities
  }

  private func largestDifference(_ found: [Float], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
  }

  @Test(
    "OLMo 2 scores as transformers does, from a folder and from a GGUF file", arguments: ["", "/olmo2.gguf"])
  func agrees(file: String) throws {
    try Self.registered.get()
    let (expected, model) = (try expected(), try Backbone(path: Self.folder.path + file, types: types))
    #expect(model.files.implementation == "olmo2_abroad")
    let found = try logProbabilities(of: expected.ids, by: model)
    #expect(largestDifference(found, expected.logProbabilities) <= 2e-5)
    #expect(try !model.figures(of: expected.ids).isEmpty)
  }

  @Test(
    "The norm over all heads is the same on shards, of which some hold copies of a key head",
    arguments: [2, 4])
  func shards(count: Int) throws {
    try Self.registered.get()
    let (expected, path, types) = (try expected(), Self.folder.path, types)
    let mesh = Mesh(batch: 1, shard: count)
    let found = try ThreadMesh.run(mesh) { communicator in
      let model = try Backbone(path: path, types: types, mesh: mesh, rank: communicator.rank)
      return try logProbabilities(of: expected.ids, by: model, over: communicator)
    }
    for ranks in found { #expect(largestDifference(ranks, expected.logProbabilities) <= 2e-5) }
  }

  @Test("A second registration under one name is refused")
  func twice() throws {
    try Self.registered.get()
    let error = #expect(throws: ModelError.self) { try Backbone.register(OLMo2.architecture) }
    #expect(error?.description == "architecture 'olmo2_abroad' is registered twice")
  }
}
