import Foundation
import Models
import Sharding
import ShardingTesting
import TensorCore
import Testing
import Weights

/// A small random mixture of experts with what `transformers` says of it; made by `Tools/make-references/mixtures.py`.
private struct Mixture {
  let name: String
  let ids: [Int32]
  let positions: [Int]
  /// `[positions, vocabulary]`.
  let logProbabilities: [Float]

  static let folder = Bundle.module.url(forResource: "Mixtures", withExtension: nil)!
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  static let converted = names.filter { FileManager.default.fileExists(atPath: gguf($0)) }

  static func gguf(_ name: String) -> String { folder.appending(path: "\(name)/\(name).gguf").path }
  var path: String { Self.folder.appending(path: name).path }

  init(_ name: String) throws {
    self.name = name
    let expected = try SafetensorsFile(path: Self.folder.appending(path: "\(name)/expected.safetensors").path)
    ids = try expected.tensor(named: "ids").int32s
    positions = try expected.tensor(named: "positions").int32s.map(Int.init)
    logProbabilities = try expected.tensor(named: "logprobs").floats
  }

  /// Weights of random MXFP4 blocks are larger than those of the other models, and so are float32's roundings.
  var bound: Float { name == "gpt_oss-mxfp4" ? 1e-4 : 2e-5 }

  /// The largest distance of what logits of all positions say from the reference.
  func distance(_ logits: [Float]) -> Float {
    let width = logProbabilities.count / positions.count
    var largest: Float = 0
    for (row, position) in positions.enumerated() {
      let own = logits[position * width..<(position + 1) * width].map(Double.init)
      let sum = log(own.reduce(0) { $0 + exp($1) })
      for (index, logit) in own.enumerated() {
        let difference = abs(Float(logit - sum) - logProbabilities[row * width + index])
        largest = difference.isNaN ? .infinity : max(largest, difference)
      }
    }
    return largest
  }
}

/// Sums of tens of products of about one, in float32: bounds are a few roundings of 2⁻²⁴ each.
@Suite("Mixtures of experts")
struct MixtureTests {
  @Test("from a folder are those of transformers", arguments: Mixture.names)
  private func folder(name: String) throws {
    let mixture = try Mixture(name)
    let model = try Backbone(path: mixture.path, types: float32Types)
    let distance = mixture.distance(try model.logits(mixture.ids, passes: [mixture.ids.count]).floats)
    #expect(distance <= mixture.bound, "\(name): \(distance)")
  }

  @Test("from a GGUF file are those of transformers", arguments: Mixture.converted)
  private func gguf(name: String) throws {
    let mixture = try Mixture(name)
    let model = try Backbone(path: Mixture.gguf(name), types: float32Types)
    let distance = mixture.distance(try model.logits(mixture.ids, passes: [mixture.ids.count]).floats)
    #expect(distance <= mixture.bound, "\(name): \(distance)")
  }

  @Test(
    "give the same bits whether a prefix was cached or not", arguments: Mixture.names,
    [ActivationType.float32, .bfloat16]
  )
  private func cached(name: String, type: ActivationType) throws {
    let mixture = try Mixture(name)
    var types = float32Types
    types.activation = type
    let model = try Backbone(path: mixture.path, types: types)
    let whole = try model.logits(mixture.ids, passes: [mixture.ids.count]).floats
    let parts = try model.logits(mixture.ids, passes: [1, 7, 1, 58, 1, 1, 1]).floats
    #expect(whole == parts)
  }

  @Test("lie on shards, experts beside heads", arguments: Mixture.names, [2, 4])
  private func sharded(name: String, shards: Int) throws {
    let mixture = try Mixture(name)
    let mesh = Mesh(batch: 1, shard: shards)
    let results = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
      let model = try Backbone(path: mixture.path, types: float32Types, mesh: mesh, rank: communicator.rank)
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
