import Checkpoints
import Configurate
import Evaluations
import Foundation
import Jobs
import JobsTesting
import Models
import ModelsTesting
import Sharding
import TensorCore
import Testing
import Tokenization

@testable import Backbones

@Suite("Exported checkpoints")
struct ExportTests {
  private static let text = "Äh, a text: 3+4=7"

  /// A small random GPT on disk, and what it says to the text.
  private func made(rope: Bool, bias: Bool, in root: String) throws -> (path: String, logits: [Float]) {
    let configuration = """
      architecture: {n_layers: 2, n_embd: 24, n_head: 3, block_size: 48, vocab_size: 259, rope: \(rope), bias: \(bias),
        intermediate_size: 40, dtype: {activation: float32}}
      tokenizer: {backend: bytes}
      """
    let schema = try SettingsSchema(of: GPT.gatheredSettings)
    var tree = schema.defaults
    try tree.overlay(SettingsTree(yaml: configuration, name: "settings"), unknownKeys: .skip)
    let settings = try withConfiguration(tree) { try configure(GPT.Configuration.self) }
    let parameters = TinyGPT.parameters(settings)
    let writer = try CheckpointStore(root: root).writer(
      for: CheckpointIdentity(name: "tiny"), suffix: "best", configuration: configuration,
      progress: CheckpointProgress(steps: 0, score: 0))
    for (name, tensor) in parameters.sorted(by: { $0.key < $1.key }) { try writer.write(tensor, named: name) }
    try writer.finish()
    let path = try CheckpointStore(root: root).resolve("general/default/tiny/best")
    let model = try withConfiguration(tree) {
      let source = ParameterReader(TinySource(parameters), rules: GPT.sharding, type: .float32)
      return try GPT(settings, parameters: source)
    }
    return (
      path, try model(TokenBatch([BytesTokenizer().encode(Self.text)]), deterministic: true).logits.floats
    )
  }

  @Test(
    "An exported checkpoint read as a backbone has the same logits",
    arguments: [(true, true), (true, false), (false, true)])
  func backbone(rope: Bool, bias: Bool) throws {
    let root = try TemporaryRoot()
    let (path, expected) = try made(rope: rope, bias: bias, in: root.path)
    let folder = root.path + "/exported"
    try HuggingFaceExport(Checkpoint(path: path)).write(to: folder)
    let tokenizer = try Tokenizers.forBackbone(at: folder)
    let ids = try tokenizer.encode(Self.text)
    #expect(ids == BytesTokenizer().encode(Self.text))
    #expect(try tokenizer.decode(ids) == Self.text && tokenizer.eotToken == 257)
    var types = NumericTypes()
    types.activation = .float32
    let found = try Backbone(path: folder, types: types)(TokenBatch([ids])).logits.floats
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-5 })
    #expect(throws: JobError.self) { try HuggingFaceExport(Checkpoint(path: path)).write(to: folder) }
  }

  @Test(
    "transformers loads an exported checkpoint, with the same ids and logits",
    .enabled(if: Python.path != nil, "needs ASSAY_PYTHON"),
    arguments: [(true, true), (false, true), (true, false)])
  func transformers(rope: Bool, bias: Bool) throws {
    let root = try TemporaryRoot()
    let (path, expected) = try made(rope: rope, bias: bias, in: root.path)
    let folder = root.path + "/exported"
    try HuggingFaceExport(Checkpoint(path: path)).write(to: folder)
    let script = """
      import json, sys, torch
      from transformers import AutoModelForCausalLM, AutoTokenizer
      model, info = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32, output_loading_info=True)
      assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
      tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
      ids = tokenizer(sys.argv[2])["input_ids"]
      assert tokenizer.decode(ids) == sys.argv[2] and tokenizer.eos_token_id == 257, ids
      print(json.dumps(model(torch.tensor([ids])).logits.flatten().tolist()))
      """
    let found = try Python.output(of: script, folder, Self.text, as: [Float].self)
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-5 })
  }

  @Test("A tokenizer that has no file format, and a checkpoint that is no GPT, cannot be exported")
  func refusals() throws {
    let root = try TemporaryRoot()
    let writer = try CheckpointStore(root: root.path).writer(
      for: CheckpointIdentity(name: "other"), suffix: "best", configuration: "architecture: {n_embd: 4}\n",
      progress: CheckpointProgress(steps: 0, score: 0))
    try writer.write(Tensor(zeros: [4, 4]), named: "table")
    try writer.finish()
    let path = try CheckpointStore(root: root.path).resolve("general/default/other/best")
    #expect(throws: JobError(.malformedFile(path: path + "/checkpoint.h5", .noGPT(missing: "wte")))) {
      try HuggingFaceExport(Checkpoint(path: path))
    }
  }
}

/// Parameters that are there already.
private struct TinySource: ParameterSource {
  let tensors: [String: Tensor]
  init(_ tensors: [String: Tensor]) { self.tensors = tensors }
  var names: [String] { tensors.keys.sorted() }
  func shape(of name: String) -> [Int]? { tensors[name]?.shape }
  func tensor(_ name: String, slice: TensorSlice) throws -> Tensor { tensors[name]! }
}
