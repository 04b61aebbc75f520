import Foundation
import Models
import Sharding
import ShardingTesting
import TensorCore
import Testing

extension RandomModel {
  /// Models with recurrent layers, and with layers that share keys and values.
  fileprivate static let all = names("Hybrids") + names("Gemma")

  fileprivate init(_ name: String) throws {
    try self.init(Self.names("Gemma").contains(name) ? "Gemma" : "Hybrids", name)
  }

  /// States are sums over the whole sequence, of terms of about one with roundings of 2⁻²⁴. Of Mamba 2 and delta rules
  /// `transformers` computes chunks, with exponentials of sums of logarithms and triangular systems in float32.
  /// Gemma 3n and 4 do not divide scores by √width, so that they and their roundings are several times as large.
  fileprivate var bound: Float {
    if name.hasPrefix("gemma") { return 1e-4 }
    return ["mamba2", "bamba", "granite", "falcon_h1", "nemotron", "qwen"].contains { name.hasPrefix($0) }
      ? 2e-4 : 2e-5
  }
}

@Suite("Layers that are recurrent, and those that share keys")
struct HybridTests {
  @Test("A hybrid in a folder has the log-probabilities of transformers", arguments: RandomModel.all)
  private func folder(name: String) throws {
    let hybrid = try RandomModel(name)
    let model = try Backbone(path: hybrid.folder, types: float32Types)
    let distance = hybrid.distance(try model.logits(hybrid.ids, passes: [hybrid.ids.count]).floats)
    #expect(distance <= hybrid.bound, "\(name): \(distance)")
  }

  @Test(
    "A hybrid gives the same bits whether a prefix was cached or not", arguments: RandomModel.all,
    [ActivationType.float32, .bfloat16])
  private func cached(name: String, type: ActivationType) throws {
    let hybrid = try RandomModel(name)
    var types = float32Types
    types.activation = type
    let model = try Backbone(path: hybrid.folder, types: types)
    let whole = try model.logits(hybrid.ids, passes: [hybrid.ids.count]).floats
    #expect(try model.logits(hybrid.ids, passes: [1, 7, 1, 58, 1, 1, 1, 57, 1, 1, 11]).floats == whole)
    #expect(try model.logits(hybrid.ids, passes: [64, 64, 12]).floats == whole)
  }

  @Test("A hybrid gives the same scores where pages are kept for one pass", arguments: RandomModel.all)
  private func passing(name: String) throws {
    let hybrid = try RandomModel(name)
    let model = try Backbone(path: hybrid.folder, types: float32Types)
    let targets = Array(hybrid.ids.dropFirst()) + [-1]
    let sequence = CachedSequence(in: model.makeCache())
    let pass = ForwardPass(
      segments: [sequence.extend(by: hybrid.ids.count, firstRow: 0)], pages: sequence.pages, mode: model.mode)
    let kept = try model.crossEntropy(model.rows(hybrid.ids, pass), targets: targets, pass)
    let passing = try model.crossEntropy(TokenBatch([hybrid.ids]), targets: TokenBatch([targets]))
    #expect(passing.sum == kept.sum && passing.count == kept.count && kept.count == hybrid.ids.count - 1)
  }

  @Test(
    "A hybrid gives the same bits in sequences that leave others at any position", arguments: RandomModel.all)
  private func forked(name: String) throws {
    let hybrid = try RandomModel(name)
    let model = try Backbone(path: hybrid.folder, types: float32Types)
    let width = model.vocabularySize
    let whole = try model.logits(hybrid.ids, passes: [hybrid.ids.count]).floats
    let cache = model.makeCache()
    let first = CachedSequence(in: cache)
    var table: [Int32] = []
    for (end, passes) in [(70, [33, 37]), (131, [61])] {
      var position = first.count
      for length in passes {
        let segment = first.extend(by: length, firstRow: 0)
        let pass = ForwardPass(segments: [segment], pages: cache, mode: model.mode)
        _ = try model.rows(Array(hybrid.ids[position..<position + length]), pass)
        table = segment.pages
        position += length
      }
      #expect(position == end)
      for start in [end - 1, end - 3, end / 64 * 64, end / 64 * 64 - 1, 5] {
        let other = CachedSequence(in: cache, sharing: table, count: start)
        let pass = ForwardPass(segments: [other.extend(by: 9, firstRow: 0)], pages: cache, mode: model.mode)
        let rows = try model.rows(Array(hybrid.ids[start..<start + 9]), pass)
        let logits = try model.unembed(rows, pass).floats
        #expect(logits == Array(whole[start * width..<(start + 9) * width]), "\(name) from \(start)")
      }
    }
  }

  @Test(
    "A hybrid whose weights transformers changes as it loads them is refused",
    arguments: ["mamba", "mamba2", "falcon_mamba"])
  private func rescaled(name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(atPath: RandomModel(name).folder, toPath: folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (file, key) = (folder.appending(path: "config.json"), "rescale_prenorm_residual")
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(text.replacing("\"\(key)\": false", with: "\"\(key)\": true").utf8).write(to: file)
    let error = #expect(throws: ModelError.self) { try Backbone(path: folder.path, types: float32Types) }
    #expect(error?.kind == .notImplemented(key: key, found: "true", known: []))
  }

  @Test("A hybrid gives the same scores on two and four shards", arguments: RandomModel.all, [2, 4])
  private func sharded(name: String, shards: Int) throws {
    let hybrid = try RandomModel(name)
    let mesh = Mesh(batch: 1, shard: shards)
    let results = try ThreadMesh.run(mesh, patience: .seconds(60)) { communicator in
      let model = try Backbone(path: hybrid.folder, types: float32Types, mesh: mesh, rank: communicator.rank)
      let sequence = CachedSequence(in: model.makeCache())
      let pass = ForwardPass(
        segments: [sequence.extend(by: hybrid.ids.count, firstRow: 0)], pages: sequence.pages,
        mode: model.mode, communicator: communicator)
      return try model.unembed(model.rows(hybrid.ids, pass), pass).floats
    }
    for result in results {
      let distance = hybrid.distance(result)
      #expect(distance <= hybrid.bound, "\(name): \(distance)")
      #expect(result == results[0], "all ranks hold the same bits")
    }
  }
}
