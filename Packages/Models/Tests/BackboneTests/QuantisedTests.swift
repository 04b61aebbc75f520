import Basics
import Foundation
import Models
import Sharding
import ShardingTesting
import TensorCore
import Testing
import Weights

/// A small random model whose layers are quantised, with what `transformers` says of it on the decoded weights, in float64;
/// made by `Tools/make-references/quantised_layers.py`.
private struct QuantisedReference {
  let path: String
  let ids: [Int32]
  /// Of each id after the first, given those before it.
  let logProbabilities: [Double]
  /// 64-bit FNV-1a of the bytes of each decoded weight, in float32.
  let digests: [String: String]

  static let folder = Bundle.module.url(forResource: "Quantised", withExtension: nil)!
  static let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  /// Those of which every layer is decoded: inputs in another order, and groups that are no whole blocks.
  static let decoded: Set = ["gptq-ordered", "gptq-narrow", "fp8-narrow"]
  /// Whether the blocks are of floats, which are not multiplied as integers.
  static func isOfFloats(_ name: String) -> Bool { name.hasPrefix("fp8") || name.hasPrefix("floats") }

  init(_ name: String) throws {
    path = Self.folder.appending(path: name).path
    let data = try Data(contentsOf: Self.folder.appending(path: "\(name)/expected.json"))
    let object = try #require(try JSONValue(Array(data)).object)
    ids = try #require(object["ids"]?.list).map { Int32($0.integer!) }
    logProbabilities = try #require(object["logProbabilities"]?.list).map { $0.number! }
    let found = try #require(object["digests"]?.object)
    digests = Dictionary(uniqueKeysWithValues: found.names.map { ($0, found[$0]!.text!) })
  }

  /// The largest distance of a model's log-probabilities from the reference.
  func distance(_ model: Backbone) throws -> Double {
    let (logits, size) = (try model.logits(ids, passes: [ids.count]).floats, model.vocabularySize)
    return zip(1..., logProbabilities).map { position, expected in
      let row = logits[(position - 1) * size..<position * size].map(Double.init)
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      return abs(row[Int(ids[position])] - largest - log(sum) - expected)
    }.max() ?? .infinity
  }
}

@Suite("Quantised layers")
struct QuantisedTests {
  private func digest(_ tensor: Tensor) -> String {
    let value = tensor.withBytes { bytes in
      bytes.byteOffsets.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { value, place in
        (value ^ UInt64(bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self))) &* 0x100_0000_01B3
      }
    }
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  @Test(
    "Quantised weights are decoded to the bits of their method's definition",
    arguments: QuantisedReference.names)
  private func bits(name: String) throws {
    let reference = try QuantisedReference(name)
    let files = try BackboneFiles(reference.path)
    #expect(!reference.digests.isEmpty)
    for (name, expected) in reference.digests {
      #expect(digest(try files.weights.tensor(named: name)) == expected, "\(name)")
      let blocks = try files.weights.blocks(named: name)
      if let blocks { #expect(digest(blocks.tensor) == expected, "\(name) in \(blocks.format)") }
      let some = try files.weights.tensor(named: name, rows: 3..<9)
      let whole = try files.weights.tensor(named: name)
      #expect(some.floats == whole.rows(3..<9).floats)
    }
  }

  @Test(
    "Quantised models have the log-probabilities of transformers on the decoded weights",
    arguments: QuantisedReference.names)
  private func reference(name: String) throws {
    let reference = try QuantisedReference(name)
    let distance = try reference.distance(Backbone(path: reference.path, types: float32Types))
    #expect(distance <= 2e-5, "\(name): \(distance)")
  }

  @Test(
    "Quantised layers stay in their blocks and are multiplied in int16, floats in float32",
    arguments: QuantisedReference.names)
  private func blocks(name: String) throws {
    let reference = try QuantisedReference(name)
    let files = try BackboneFiles(reference.path)
    guard !QuantisedReference.decoded.contains(name) else {
      #expect(files.usualActivation == .float32)
      #expect(!files.decodedFormats.isEmpty)
      return
    }
    let usual: ActivationType = QuantisedReference.isOfFloats(name) ? .float32 : .int16
    #expect(files.usualActivation == usual && files.decodedFormats.isEmpty)
    for name in reference.digests.keys { #expect(try files.weights.blocks(named: name) != nil, "\(name)") }
    let model = try Backbone(path: reference.path)
    #expect(model.mode == usual.mode)
    let distance = try reference.distance(model)
    #expect(distance <= 5e-3, "\(name): \(distance)")
  }
}

@Suite("Quantised layers that are not as their settings have them")
struct QuantisedErrorTests {
  /// What opening a copy of a model comes to, with other settings and other tensors; `nil` removes one.
  private func problem(
    _ name: String, _ edits: [String: String] = [:], _ tensors: [String: Tensor?] = [:]
  ) throws -> any Error {
    let from = try QuantisedReference(name).path
    let folder = NSTemporaryDirectory() + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var text = try String(contentsOfFile: from + "/config.json", encoding: .utf8)
    for (old, new) in edits {
      #expect(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    try text.write(toFile: folder + "/config.json", atomically: true, encoding: .utf8)
    let weights = try openWeights(from)
    let parts = try weights.names.compactMap { name in
      let own = try tensors[name] ?? weights.tensor(named: name)
      return own.map { tensor in
        SafetensorsFile.Part(name, shape: tensor.shape, elementType: tensor.elementType) { tensor }
      }
    }
    try SafetensorsFile.write(parts, to: folder + "/model.safetensors")
    return try #require(throws: (any Error).self) {
      _ = try BackboneFiles(folder).survey(mesh: .solo)
    }
  }

  private static let layer = "model.layers.0.self_attn.q_proj."

  @Test(
    "Quantisation settings that mean nothing are refused with their place in the file",
    arguments: [
      (
        "gptq", #""bits": 4"#, #""bits": 5"#,
        .notImplemented(key: key("bits"), found: "5", known: ["2", "3", "4", "8"])
      ),
      (
        "gptq", #""group_size": 32"#, #""group_size": 0"#,
        .invalid(key: key("group_size"), found: "0", expected: "a whole number from 1 to 16777216, or -1")
      ),
      ("gptq", #""bits": 4,"#, "", .missing(key: key("bits"))),
      (
        "gptq-second", "gptq_v2", "marlin",
        .notImplemented(key: key("checkpoint_format"), found: "'marlin'", known: ["gptq", "gptq_v2"])
      ),
      ("awq", #""bits": 4"#, #""bits": 3"#, .notImplemented(key: key("bits"), found: "3", known: ["4"])),
      ("awq", "gemm", "gemv", .notImplemented(key: key("version"), found: "'gemv'", known: ["gemm"])),
      (
        "packed-group", "pack-quantized", "nvfp4-pack-quantized",
        .notImplemented(
          key: key("format"), found: "'nvfp4-pack-quantized'",
          known: ["float-quantized", "int-quantized", "pack-quantized"])
      ),
      (
        "packed-group", #""strategy": "group""#, #""strategy": "token""#,
        .notImplemented(key: strategy, found: "'token'", known: ["channel", "group", "tensor"])
      ),
      ("fp8-tiles", #""e4m3""#, #""e5m2""#, .notImplemented(key: key("fmt"), found: "'e5m2'", known: [])),
      (
        "floats-channel", #""strategy": "channel""#, #""strategy": "group""#,
        .notImplemented(key: strategy, found: "'group'", known: ["block", "channel", "tensor"])
      ),
      ("awq", #""awq""#, #""compressed-tensors""#, .missing(key: key("config_groups"))),
      (
        "bytes-channel", "int-quantized", "pack-quantized",
        .notQuantized(method: "compressed-tensors", tensor: "….weight_packed")
      ),
    ] as [(String, String, String, ModelError.Kind)])
  func settings(name: String, old: String, new: String, kind: ModelError.Kind) throws {
    #expect((try problem(name, [old: new]) as? ModelError)?.kind == kind)
  }

  private static func key(_ name: String) -> String { "quantization_config/\(name)" }
  private static let strategy = key("config_groups/group_0/weights/strategy")

  @Test(
    "Tensors that do not follow the quantisation settings are refused with what was expected and found",
    arguments: [
      (
        "gptq", #""bits": 4"#, #""bits": 8"#, "qweight",
        .value("shape", expected: "a multiple of 8 rows", found: "[12, 64]")
      ),
      (
        "gptq", #""group_size": 32"#, #""group_size": 64"#, "scales",
        .value("shape", expected: "[2, 64] by 4 bits in groups of 64", found: "[3, 64]")
      ),
      (
        "gptq-eight", #""bits": 8"#, #""bits": 3"#, "scales",
        .value("shape", expected: "[8, 64] by 3 bits in groups of 32", found: "[3, 64]")
      ),
      (
        "awq", #""group_size": 32"#, #""group_size": 16"#, "scales",
        .value("shape", expected: "[6, 64] by 4 bits in groups of 16", found: "[3, 64]")
      ),
      (
        "packed-group", #""num_bits": 4"#, #""num_bits": 8"#, "weight_shape",
        .value("shape", expected: "that of [64, 12] words of 8 bits a number", found: "[64, 96]")
      ),
      (
        "packed-group", #""symmetric": true"#, #""symmetric": false"#, nil,
        .missing(
          "tensor 'model.layers.0.mlp.down_proj.weight_zero_point'",
          purpose: "which belongs to a quantised weight")
      ),
      (
        "floats-block", "24,", "20,", "weight_scale",
        .value("shape", expected: "[4, 3] by 8-bit floats in tiles of 20 by 32", found: "[3, 3]")
      ),
    ] as [(String, String, String, String?, Violation)])
  func schemes(name: String, old: String, new: String, part: String?, violation: Violation) throws {
    let error = try problem(name, [old: new]) as? WeightsError
    #expect(error?.kind == .violation(violation))
    #expect(error?.place == part.map { .tensor("model.layers.0.mlp.down_proj.\($0)") })
  }

  @Test(
    "A quantised layer's missing tensor, or a group that is none, is named",
    arguments: [
      (
        "scales", nil, nil,
        .missing("tensor '\(layer)scales'", purpose: "which belongs to a quantised weight")
      ),
      (
        "g_idx", Tensor((0..<64).map { $0 == 5 ? 2 : Int32($0 / 32) }, shape: [64]), "g_idx",
        .value("element 5", expected: "one of 2 groups, from 0", found: "2")
      ),
      (
        "qweight", Tensor(zeros: [8, 64]), "qweight",
        .value("elements", expected: "I32", found: "F32")
      ),
    ] as [(String, Tensor?, String?, Violation)])
  func tensors(part: String, tensor: Tensor?, place: String?, violation: Violation) throws {
    let error = try problem("gptq", [:], [Self.layer + part: tensor]) as? WeightsError
    #expect(error?.kind == .violation(violation))
    #expect(error?.place == place.map { .tensor(Self.layer + $0) })
  }
}
