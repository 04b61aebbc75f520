import Basics
import Foundation
import Models
import Sharding
import ShardingTesting
import TensorCore
import Testing

/// A small random decoder with what `transformers` says of it in float64; made by `Tools/make-references/dense.py`.
private struct DenseReference {
  let path: String
  let ids: [Int32]
  /// Of each id after the first, given those before it.
  let logProbabilities: [Double]

  static let folder = Bundle.module.url(forResource: "Dense", withExtension: nil)!
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  /// Those whose heads, hidden width and experts four ranks can share.
  static let divisible = names.filter { !["bloom-six", "llama4", "mpt"].contains($0) }

  /// Those that also exist as a GGUF file.
  static let converted = names.filter {
    FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/model.gguf").path)
  }

  /// Where frequencies are divided, the reference's own angles are float32.
  var bound: Double { path.hasSuffix("phi3-long") ? 1e-4 : 2e-5 }

  init(_ name: String) throws {
    path = Self.folder.appending(path: name).path
    let data = try Data(contentsOf: Self.folder.appending(path: "\(name)/expected.json"))
    let object = try #require(try JSONValue(Array(data)).object)
    ids = try #require(object["ids"]?.list).map { Int32($0.integer!) }
    logProbabilities = try #require(object["logProbabilities"]?.list).map { $0.number! }
  }

  /// The largest distance of `found` from the reference.
  func distance(_ found: [Float]) -> Double {
    zip(found, logProbabilities).map { abs(Double($0) - $1) }.max() ?? .infinity
  }

  /// Log-probabilities of every id after the first, computed in passes of the given lengths.
  func logProbabilities(
    _ model: Backbone, passes: [Int], _ communicator: any Communicator = SoloCommunicator()
  ) throws -> [Float] {
    let sequence = CachedSequence(in: model.makeCache())
    var found: [Float] = []
    var start = 0
    for length in passes {
      let pass = ForwardPass(
        segments: [sequence.extend(by: length, firstRow: 0)], pages: sequence.pages, mode: model.mode,
        communicator: communicator)
      let end = start + length
      let next = (start + 1...end).map { $0 < ids.count ? [ids[$0]] : [] }
      let rows = try model.rows(Array(ids[start..<end]), pass)
      found += try model.score(rows, targets: TargetLists(next), pass).targetLogProbabilities
      start = end
    }
    return found
  }
}

@Suite("Dense decoders against transformers")
struct DenseTests {
  @Test(
    "A dense decoder has the log-probabilities of transformers in float64, and a cache changes no bit",
    arguments: DenseReference.names)
  func reference(name: String) throws {
    let reference = try DenseReference(name)
    let model = try Backbone(path: reference.path, types: float32Types)
    let whole = try reference.logProbabilities(model, passes: [reference.ids.count])
    let distance = reference.distance(whole)
    #expect(distance <= reference.bound, "\(name): \(distance)")
    #expect(try reference.logProbabilities(model, passes: [1, 7, 1, 58, 1, 1, 1]) == whole)
  }

  @Test(
    "A GGUF file gives the log-probabilities of the folder it was made of",
    arguments: DenseReference.converted)
  func gguf(name: String) throws {
    let reference = try DenseReference(name)
    let model = try Backbone(path: reference.path + "/model.gguf", types: float32Types)
    let distance = reference.distance(
      try reference.logProbabilities(model, passes: [reference.ids.count]))
    #expect(distance <= reference.bound, "\(name): \(distance)")
  }

  @Test(
    "A dense decoder gives the same scores on two and four shards", arguments: DenseReference.divisible,
    [2, 4])
  func sharded(name: String, shards: Int) throws {
    let reference = try DenseReference(name)
    let results = try ThreadMesh.run(Mesh(batch: 1, shard: shards), patience: .seconds(60)) { communicator in
      let model = try Backbone(
        path: reference.path, types: float32Types, mesh: communicator.mesh, rank: communicator.rank)
      return try reference.logProbabilities(model, passes: [reference.ids.count], communicator)
    }
    let distance = reference.distance(results[0])
    #expect(distance <= reference.bound, "\(name) on \(shards): \(distance)")
    #expect(results.allSatisfy { $0 == results[0] }, "all ranks hold the same bits")
  }

  @Test("Scores are those of the logits", arguments: DenseReference.names)
  func logits(name: String) throws {
    let reference = try DenseReference(name)
    let model = try Backbone(path: reference.path, types: float32Types)
    let logits = try model.logits(reference.ids, passes: [reference.ids.count]).floats
    let size = model.vocabularySize
    let found = (1..<reference.ids.count).map { position in
      let row = logits[(position - 1) * size..<position * size].map(Double.init)
      let largest = row.max()!
      return Float(
        row[Int(reference.ids[position])] - largest - log(row.reduce(0) { $0 + exp($1 - largest) }))
    }
    #expect(reference.distance(found) <= reference.bound)
  }
}
