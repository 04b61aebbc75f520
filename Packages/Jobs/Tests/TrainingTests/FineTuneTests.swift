import Checkpoints
import Configurate
import Evaluations
import Foundation
import JobsTesting
import Models
import ModelsTesting
import Sharding
import TensorCore
import Testing
import Tokenization

@testable import Backbones
@testable import Evaluating
@testable import Jobs
@testable import Training

@Suite("Fine-tuning a backbone")
struct FineTuneTests {
  private static let ids: [Int32] = [117, 105, 102, 33, 100, 98, 117]
  private let tiny: TinyTraining
  private let folder: String

  /// A small random GPT as a folder of the Hub, and a text in its tokenizer's ids.
  init() throws {
    tiny = try TinyTraining()
    folder = tiny.root.path + "/backbone"
    let configuration = """
      architecture: {n_layers: 2, n_embd: 24, n_head: 3, block_size: 48, vocab_size: 259, dtype: {activation: float32}}
      tokenizer: {backend: bytes}
      """
    let settings = TinyGPT.settings { settings in
      settings.setSizes(layers: 2, width: 24, heads: 3, blockSize: 48, vocabularySize: 259)
    }
    let writer = try CheckpointStore(root: tiny.root.path).writer(
      for: CheckpointIdentity(name: "origin"), suffix: "best", configuration: configuration,
      progress: CheckpointProgress(steps: 0, score: 0))
    for (name, tensor) in TinyGPT.parameters(settings).sorted(by: { $0.key < $1.key }) {
      try writer.write(tensor.converted(to: .bfloat16), named: name)
    }
    try writer.finish()
    let path = try CheckpointStore(root: tiny.root.path).resolve("general/default/origin/best")
    try HuggingFaceExport(Checkpoint(path: path)).write(to: folder)
    let data: SettingsTree = [
      "data/dataset": SettingsTree(.text(tiny.root.path + "/text.txt")), "data/split_by": "position",
      "tokenizer/backend": "huggingface", "tokenizer/name": SettingsTree(.text(folder)),
    ]
    try withConfiguration(TokenizeVariable.configuration(runtime: data)) {
      try TokenizeVariable(spec: .local(root: tiny.root.path, name: "own"))
    }.run()
  }

  private func tuned(_ change: SettingsTree = [:], name: String = "tuned") throws -> FineTune {
    var settings: SettingsTree = [
      "architecture/backbone/weights": SettingsTree(.text(folder)),
      "architecture/dtype/activation": "float32", "architecture/block_size": 32, "training/batch_size": 8,
      "training/tokens": SettingsTree(.integer(10 * 8 * 32)),
      "training/dataset": SettingsTree(.list([["name": "own"]])), "training/validation_steps": 8,
      "optimization/lr": 1e-3, "logging/report_interval": 1, "logging/validation_interval": 5,
      "eval/evaluations": SettingsTree(.list(["tiny_ppl"])),
    ]
    try settings.overlay(change, unknownKeys: .add)
    return try withConfiguration(FineTune.configuration(runtime: settings)) {
      try FineTune(spec: .local(root: tiny.root.path, name: name))
    }
  }

  private func backbone(_ path: String) throws -> Backbone {
    var types = NumericTypes()
    types.activation = .float32
    return try Backbone(path: path, types: types)
  }

  @Test(
    "Fine-tuning lowers the loss, and its checkpoint is evaluated and exported without the backbone's folder")
  func wholeWay() throws {
    let trainer = try tuned()
    try trainer.run()
    let losses = try tiny.losses("tuned")
    #expect(losses.count == 10 && losses[9] < losses[0] - 0.2, "\(losses)")
    #expect(try tiny.metrics("tuned").count { $0["tiny_ppl"] != nil } == 2)
    var config = EvaluatorConfig()
    config.components = ["tiny_ppl"]
    let followed = try BackboneEvaluate.fromTrainer(trainer, config: config).evaluate()[0].metrics[0].value
    try FileManager.default.removeItem(atPath: folder)
    let checkpoint = try Checkpoint(path: tiny.root.path + "/checkpoints/general/default/tuned/best")
    let exported = tiny.root.path + "/exported"
    try BackboneExport(checkpoint).write(to: exported)
    let expected = try trainer.forward(TokenBatch([Self.ids])).logits.floats
    #expect(try backbone(exported)(TokenBatch([Self.ids])).logits.floats == expected)
    let names: SettingsTree = ["eval/evaluations": SettingsTree(.list(["tiny_ppl"]))]
    for name in ["first", "second"] {
      let (job, _) = try BackboneEvaluate.restored(
        from: checkpoint, spec: .local(root: tiny.root.path, name: name), runtimeConfig: names)
      #expect(try job.evaluate()[0].metrics[0].value == followed)
    }
    #expect(throws: JobError.self) { try BackboneExport(checkpoint).write(to: exported) }
  }

  @Test("A fine-tuning that was stopped resumes to the same bytes")
  func resumes() throws {
    try tuned().run()
    let stopped = try tuned(name: "stopped")
    stopped.shouldStop = { [unowned stopped] in stopped.updates == 3 }
    #expect(throws: JobError.self) { try stopped.run() }
    let resumed = try tuned(name: "stopped")
    try resumed.resume()
    #expect(resumed.updates == 3)
    try resumed.run()
    for suffix in ["best", "final/2560"] {
      #expect(try tiny.file("stopped", suffix) == tiny.file("tuned", suffix), "\(suffix)")
    }
  }

  @Test("Ranks whose hosts hold other files under the same names report it")
  func otherFiles() throws {
    let other = tiny.root.path + "/other"
    try FileManager.default.copyItem(atPath: folder, toPath: other)
    let weights = try FileHandle(forUpdating: URL(fileURLWithPath: other + "/model.safetensors"))
    try weights.seek(toOffset: weights.seekToEnd() / 2)
    let byte = try #require(try weights.read(upToCount: 1)?.first)
    try weights.seek(toOffset: weights.offset() - 1)
    try weights.write(contentsOf: [byte ^ 1])
    try weights.close()
    func digests(_ folders: [String]) throws -> [String] {
      try ThreadMesh.run(ranks: folders.count) { communicator in
        try backbone(folders[communicator.rank]).files.digest(over: communicator)
      }
    }
    let alone = try digests([folder])
    #expect(try digests([folder, folder]) == alone + alone)
    let failure = #expect(throws: RankFailure.self) { try digests([folder, folder, other]) }
    #expect(
      (try #require(failure).error as? JobError)?.kind == .otherData(rank: 2, what: "files of the backbone")
    )
  }

  /// In a process of its own, since where the cache lies is a variable of the environment.
  @Test("A fine-tuning of a model named as on the Hub is resumed and restored")
  func namedOnHub() async throws {
    await #expect(processExitsWith: .success) {
      let suite = try FineTuneTests()
      let (root, manager, commit) = (
        suite.tiny.root.path, FileManager.default, String(repeating: "a", count: 40)
      )
      let model = root + "/hub/models--org--given"
      for part in ["refs", "snapshots"] {
        try manager.createDirectory(atPath: "\(model)/\(part)", withIntermediateDirectories: true)
      }
      try manager.copyItem(atPath: suite.folder, toPath: "\(model)/snapshots/\(commit)")
      try Data(commit.utf8).write(to: URL(fileURLWithPath: model + "/refs/main"))
      setenv("HF_HUB_CACHE", root + "/hub", 1)
      setenv("HF_HUB_OFFLINE", "1", 1)
      let change: SettingsTree = [
        "architecture/backbone/weights": "org/given", "eval/evaluations": SettingsTree(.list([])),
      ]
      let whole = try suite.tuned(change)
      try whole.run()
      let stopped = try suite.tuned(change, name: "stopped")
      stopped.shouldStop = { [unowned stopped] in stopped.updates == 3 }
      #expect(throws: JobError.self) { try stopped.run() }
      let resumed = try suite.tuned(change, name: "stopped")
      try resumed.resume()
      try resumed.run()
      #expect(try suite.tiny.file("stopped", "final/2560") == suite.tiny.file("tuned", "final/2560"))
      let checkpoint = try Checkpoint(path: root + "/checkpoints/general/default/tuned/final/2560")
      let (again, _) = try FineTune.restored(from: checkpoint, spec: .local(root: root, name: "again"))
      #expect(again.updates == 0)
      let (expected, found) = try (
        whole.forward(TokenBatch([FineTuneTests.ids])), again.forward(TokenBatch([FineTuneTests.ids]))
      )
      #expect(expected.logits.floats == found.logits.floats)
    }
  }

  @Test(
    "Ranks that restore a fine-tuning together write its folder once, and what no backbone has becomes no file"
  )
  func laidOut() throws {
    let trainer = try tuned(["eval/evaluations": SettingsTree(.list([]))])
    try trainer.run()
    let own = tiny.root.path + "/checkpoints/general/default/tuned/final/2560"
    let path = tiny.root.path + "/other.h5"
    let (checkpoint, writer) = (
      try Checkpoint(path: own), try CheckpointFileWriter(path: path, configuration: nil)
    )
    for section in [Checkpoint.Section.parameters, .state] {
      for name in checkpoint.names(in: section) {
        try writer.write(checkpoint.tensor(named: name, in: section), named: name, in: section)
      }
    }
    let script = Tensor(shape: [1], elementType: .uint8) { $0.storeBytes(of: UInt8(35), as: UInt8.self) }
    try writer.write(script, named: "files/run.sh", in: .state)
    try writer.finish()
    let root = tiny.root.path + "/together"
    _ = try ThreadMesh.run(ranks: 4) { _ in
      _ = try BackboneEvaluate.prepared(SettingsTree(), for: Checkpoint(path: path), root: root)
    }
    let folders = try FileManager.default.contentsOfDirectory(atPath: root + "/backbones")
    #expect(folders.count == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(root)/backbones/\(folders[0])")
    #expect(files.contains("config.json") && files.contains("model.safetensors") && !files.contains("run.sh"))
  }

  /// Logits of up to 8 with float32's rounding of two libraries in them, as in `ExportTests`.
  @Test(
    "transformers loads the export of a fine-tuning, with the same logits",
    .enabled(if: Python.path != nil, "needs ASSAY_PYTHON"))
  func transformers() throws {
    let trainer = try tuned(["eval/evaluations": SettingsTree(.list([]))])
    try trainer.run()
    let exported = tiny.root.path + "/exported"
    let path = tiny.root.path + "/checkpoints/general/default/tuned/final/2560"
    try BackboneExport(Checkpoint(path: path)).write(to: exported)
    let script = """
      import json, sys, torch
      from transformers import AutoModelForCausalLM, AutoTokenizer
      model, info = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype="auto", output_loading_info=True)
      assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
      assert model.dtype == torch.float32, model.dtype
      ids = AutoTokenizer.from_pretrained(sys.argv[1])("the cat")["input_ids"]
      print(json.dumps([ids, model(torch.tensor([json.loads(sys.argv[2])])).logits.flatten().tolist()]))
      """
    let found = try Python.output(of: script, exported, "\(Self.ids)", as: [[Float]].self)
    let expected = try trainer.forward(TokenBatch([Self.ids])).logits.floats
    #expect(found[0].map { Int32($0) } == BytesTokenizer().encode("the cat"))
    #expect(found[1].count == expected.count)
    #expect(zip(found[1], expected).allSatisfy { abs($0 - $1) <= 2e-5 })
  }
}
