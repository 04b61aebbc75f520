import Checkpoints
import Configurate
import Evaluations
import Foundation
import JobsTesting
import Models
import Sharding
import TensorCore
import Testing

@testable import Evaluating
@testable import Jobs
@testable import Training

/// A root with a data set of a few thousand tokens, and trainers of a tiny GPT on it.
struct TinyTraining: Sendable {
  let root: TemporaryRoot

  init() throws {
    _ = TinyEvaluations.registered
    root = try TemporaryRoot()
    // Words that follow each other in a few ways, so that there is something to learn.
    var random = PythonRandom(seed: 5)
    let words = ["the cat ", "a dog ", "sleeps. ", "sees the moon. ", "runs "]
    let text = (0..<600).map { _ in random.choice(words) }.joined()
    try tokenize(text)
  }

  /// Makes the data set of a text.
  func tokenize(_ text: String) throws {
    let path = root.path + "/text.txt"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let settings: SettingsTree = [
      "data/dataset": SettingsTree(.text(path)), "data/split_by": "position", "data/val_pct": 0.1,
      "tokenizer/backend": "bytes",
    ]
    try withConfiguration(TokenizeVariable.configuration(runtime: settings)) {
      try TokenizeVariable(spec: .local(root: root.path, name: "words"))
    }.run()
  }

  /// 8 sequences of 32 bytes an update, 12 updates.
  static var settings: SettingsTree {
    [
      "architecture/n_layers": 2, "architecture/n_embd": 32, "architecture/n_head": 2,
      "architecture/block_size": 32, "architecture/vocab_size": 259,
      "architecture/dtype/activation": "float32", "tokenizer/backend": "bytes",
      "training/batch_size": 8, "training/tokens": SettingsTree(.integer(12 * 8 * 32)),
      "training/dataset": SettingsTree(.list([["name": "words"]])),
      "training/validation_steps": 8, "optimization/lr": 3e-3,
      "logging/report_interval": 1, "logging/validation_interval": 4, "logging/checkpoint_interval": 5,
    ]
  }

  func trainer(
    _ name: String, _ change: SettingsTree = [:], communicator: any Communicator = SoloCommunicator()
  ) throws -> Trainer<GPT> {
    var settings = Self.settings
    try settings.overlay(change, unknownKeys: .add)
    var spec = try ExecutionSpec.local(root: root.path, name: name)
    spec.communicator = communicator
    spec.isMain = communicator.isMain
    return try withConfiguration(Trainer<GPT>.configuration(runtime: settings)) {
      try Trainer<GPT>(spec: spec)
    }
  }

  func metrics(_ name: String) throws -> [[String: Any]] {
    try String(contentsOfFile: root.path + "/results/general/default/\(name)/metrics.jsonl", encoding: .utf8)
      .split(separator: "\n").map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
      }
  }

  /// The losses of updates, in order.
  func losses(_ name: String) throws -> [Double] {
    try metrics(name).compactMap { $0["train/loss"] as? Double }
  }

  func file(_ name: String, _ suffix: String) throws -> Data {
    try Data(
      contentsOf: URL(
        fileURLWithPath: root.path + "/checkpoints/general/default/\(name)/\(suffix)/checkpoint.h5"))
  }
}

@Suite("A trainer")
struct TrainerTests {
  @Test("A trainer makes exactly its updates, validates, and leaves its checkpoints and records")
  func run() throws {
    let tiny = try TinyTraining()
    let trainer = try tiny.trainer("run")
    try trainer.run()
    #expect(trainer.updates == 12)
    let losses = try tiny.losses("run")
    #expect(losses.count == 12 && losses[11] < losses[0] - 0.5)
    let validated = try tiny.metrics("run").filter { $0["val/loss"] != nil }.compactMap { $0["step"] as? Int }
    #expect(validated == [4, 8, 12])
    let store = CheckpointStore(root: tiny.root.path)
    #expect(try store.suffixes(name: "run") == ["best", "final/3072", "ntoks/1280", "ntoks/2560"])
    #expect(try store.latest(name: "run") == "final/3072")
    let tokens = try tiny.metrics("run").compactMap { $0["train/tokens"] as? Int }
    #expect(tokens == (1...12).map { $0 * 256 })
    // A run of the same settings is done, and one of others is refused.
    #expect(try tiny.trainer("run").done)
    let other = try tiny.trainer("run", ["optimization/lr": 1e-3])
    #expect(!other.done)
    let error = #expect(throws: JobError.self) { try other.run() }
    guard case .occupied(_, .checkpoints)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("A trainer draws the model after each validation where the settings ask for it")
  func plots() throws {
    let tiny = try TinyTraining()
    try tiny.trainer("drawn", ["logging/plots/save": true]).run()
    let folder = tiny.root.path + "/results/general/default/drawn/plots"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    for name in ["attention", "residual_norm", "token_loss"] {
      for step in [4, 8, 12] {
        #expect(
          files.contains { $0.hasPrefix(name) && $0.contains("\(step)") && $0.hasSuffix(".svg") }, "\(files)")
      }
    }
    try tiny.trainer("bare").run()
    #expect(!FileManager.default.fileExists(atPath: tiny.root.path + "/results/general/default/bare/plots"))
  }

  @Test("A trainer's checkpoint is one of gpt/evaluate, with settings and tokenizer")
  func evaluated() throws {
    let tiny = try TinyTraining()
    try tiny.trainer("run").run()
    let checkpoint = try Checkpoint(path: tiny.root.path + "/checkpoints/general/default/run/best")
    let (job, _) = try Evaluate<GPT>.restored(
      from: checkpoint, spec: .local(root: tiny.root.path, name: "scored"),
      runtimeConfig: ["eval/evaluations": SettingsTree(.list(["tiny_ppl"]))])
    #expect(try job.evaluate()[0].metrics[0].value.isFinite)
  }

  /// A sum of gradients in another order moves each of its elements by units of its last place; what AdamW makes of that in
  /// twelve updates stays below 1e-5 of the loss.
  @Test("Eight passes of one sequence and one of eight give the same loss curve", arguments: [0, 0.1])
  func accumulation(dropout: Double) throws {
    let tiny = try TinyTraining()
    for (name, size) in [("one", 8), ("eight", 1), ("three", 3)] {
      try tiny.trainer(
        name,
        [
          "training/per_device_batch_size": SettingsTree(.integer(size)),
          "architecture/dropout": SettingsTree(.number(dropout)),
        ]
      ).run()
    }
    let curves = try ["one", "eight", "three"].map { try tiny.losses($0) }
    for curve in curves.dropFirst() {
      #expect(zip(curves[0], curve).allSatisfy { abs($0 - $1) <= 1e-5 * $0 }, "\(curves)")
    }
  }

  @Test("1, 2 and 4 replicas give the same loss curve", arguments: [2, 4], [0, 0.1])
  func replicas(count: Int, dropout: Double) throws {
    let tiny = try TinyTraining()
    let change: SettingsTree = ["architecture/dropout": SettingsTree(.number(dropout))]
    try tiny.trainer("solo", change).run()
    _ = try ThreadMesh.run(ranks: count, patience: .seconds(60)) { communicator in
      try tiny.trainer("many", change, communicator: communicator).run()
    }
    let (solo, many) = (try tiny.losses("solo"), try tiny.losses("many"))
    #expect(many.count == 12)
    #expect(zip(solo, many).allSatisfy { abs($0 - $1) <= 1e-5 * $0 }, "\(solo) \(many)")
    let validations = try ["solo", "many"].map {
      try tiny.metrics($0).compactMap { $0["val/loss"] as? Double }
    }
    #expect(zip(validations[0], validations[1]).allSatisfy { abs($0 - $1) <= 1e-5 * $0 })
  }

  @Test("A run resumed from each of its checkpoints ends in the same bytes", arguments: ["adamw", "muon"])
  func resumes(optimizer: String) throws {
    let tiny = try TinyTraining()
    let change: SettingsTree = [
      "optimization/optimizer": SettingsTree(.text(optimizer)), "architecture/dropout": 0.1,
      "eval/evaluations": SettingsTree(.list(["tiny_ppl"])),
    ]
    try tiny.trainer("whole", change).run()
    let results = tiny.root.path + "/results/general/default/"
    let metrics = try String(contentsOfFile: results + "whole/metrics.jsonl", encoding: .utf8)
    for suffix in ["ntoks/1280", "best", "ntoks/2560"] {
      // As a process leaves it that was killed later: the checkpoint, and metrics of updates after it.
      let name = "again_" + suffix.replacing("/", with: "_")
      let folder = tiny.root.path + "/checkpoints/general/default/" + name
      try FileManager.default.createDirectory(
        atPath: folder + "/ntoks", withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: tiny.root.path + "/checkpoints/general/default/whole/" + suffix, toPath: folder + "/" + suffix
      )
      try Data(suffix.utf8).write(to: URL(fileURLWithPath: folder + "/latest"))
      try FileManager.default.createDirectory(atPath: results + name, withIntermediateDirectories: true)
      try Data((metrics + "{\"step\": 13, \"torn").utf8).write(
        to: URL(fileURLWithPath: results + name + "/metrics.jsonl"))
      let trainer = try tiny.trainer(name, change)
      try trainer.resume()
      #expect(trainer.updates == ["ntoks/1280": 5, "best": 12, "ntoks/2560": 10][suffix])
      try trainer.run()
      #expect(try tiny.file(name, "final/3072") == tiny.file("whole", "final/3072"), "\(suffix)")
      #expect(
        try String(contentsOfFile: results + name + "/metrics.jsonl", encoding: .utf8) == metrics, "\(suffix)"
      )
    }
  }

  @Test(
    "Stopped replicas save a checkpoint, and all resume from it to the same bytes",
    arguments: [1, 2])
  func stops(replicas: Int) throws {
    let tiny = try TinyTraining()
    func run(_ name: String, resumes: Bool = false, stopsAfter update: Int? = nil) throws -> [String] {
      try ThreadMesh.run(ranks: replicas, patience: .seconds(60)) { communicator in
        let trainer = try tiny.trainer(name, communicator: communicator)
        if resumes { try trainer.resume() }
        trainer.shouldStop = { [unowned trainer] in
          communicator.rank == replicas - 1 && trainer.updates == update
        }
        do { try trainer.run() } catch let error as JobError { return "\(error.kind)" }
        return "done"
      }
    }
    func metrics(_ name: String) throws -> String {
      try String(
        contentsOfFile: tiny.root.path + "/results/general/default/\(name)/metrics.jsonl", encoding: .utf8)
    }
    #expect(try run("whole").allSatisfy { $0 == "done" })
    let stopped = "\(JobError.Kind.stopped(update: 7, of: 12))"
    #expect(try run("stopped", stopsAfter: 7) == Array(repeating: stopped, count: replicas))
    #expect(try CheckpointStore(root: tiny.root.path).latest(name: "stopped") == "ntoks/1792")
    #expect(try metrics("whole").hasPrefix(metrics("stopped")))
    // There is nothing left to do after the last update.
    #expect(try run("stopped", resumes: true, stopsAfter: 12).allSatisfy { $0 == "done" })
    #expect(try tiny.file("stopped", "final/3072") == tiny.file("whole", "final/3072"))
    #expect(try metrics("whole") == metrics("stopped"))
  }

  @Test("A resumed run reports which setting or data are not those it began with")
  func refusals() throws {
    let tiny = try TinyTraining()
    try tiny.trainer("run", ["logging/checkpoint_interval": 4]).run()
    func kind(_ change: SettingsTree) throws -> JobError.Kind? {
      do { try tiny.trainer("run", change).resume() } catch let error as JobError { return error.kind }
      return nil
    }
    func other(_ change: SettingsTree) throws -> [String?] {
      guard case .otherSetting(let key, let expected, let found)? = try kind(change) else { return [] }
      return [key, expected, found]
    }
    #expect(try other(["optimization/lr": 1e-3]) == ["optimization/lr", "0.003", "0.001"])
    #expect(try other(["architecture/n_layers": 3]).first == "architecture/n_layers")
    #expect(try other(["training/seed": 1]).last == "1")
    #expect(try kind(["logging/report_interval": 3, "eval/limit": 2]) == nil)
    // Another text under the same name, with as many tokens, and then the same one anew.
    let data = tiny.root.path + "/data/words"
    let text = try String(contentsOfFile: tiny.root.path + "/text.txt", encoding: .utf8)
    var manifests: [TokenManifest] = []
    for text in [String(text.reversed()), text] {
      manifests.append(try TokenManifest(folder: data))
      try FileManager.default.removeItem(atPath: data)
      try tiny.tokenize(text)
      let found = try kind([:])
      if manifests.count == 1 {
        guard case .otherTrainingData? = found else {
          Issue.record("\(String(describing: found))")
          return
        }
      } else {
        #expect(found == nil)
      }
    }
    #expect(manifests[0] != manifests[1])
    for index in manifests.indices { manifests[index].digests = nil }
    #expect(manifests[0] == manifests[1], "they differ in nothing but their tokens")
  }

  @Test("Settings and data that cannot be are refused by their keys")
  func badSettings() throws {
    let tiny = try TinyTraining()
    func error(_ change: SettingsTree) -> (any Error)? {
      do { try tiny.trainer("bad", change).run() } catch { return error }
      return nil
    }
    func kind(_ change: SettingsTree) -> TrainingError.Kind? { (error(change) as? TrainingError)?.kind }
    #expect(
      kind(["training/batch_size": 0])
        == .setting(key: "training/batch_size", expected: "positive", found: "0"))
    #expect(
      kind(["training/tokens": 1e30])
        == .setting(key: "training/tokens", expected: "at most 2^53 in all", found: "[1e+30]"))
    for tokens in [SettingsTree(.list([6e15, 6e15])), 100] {
      #expect((error(["training/tokens": tokens]) as? TrainingError)?.key == "training/tokens")
    }
    for size in [1 << 48 + 1, Int.max] {
      let problems = (error(["training/batch_size": SettingsTree(.integer(size))]) as? SettingsError)?
        .problems
      #expect(problems?.map(\.key) == ["training/batch_size"])
    }
    let missing = kind(["training/dataset": SettingsTree(.list([["name": "word"]]))])
    #expect(missing == .noData(path: tiny.root.path + "/data/word"))
    #expect(
      kind(["training/dataset": SettingsTree(.list([["name": "words", "rate": 0.5]]))]) == .rates(sum: 0.5))
    #expect((error(["tokenizer/backend": "trivial"]) as? TrainingError)?.found == "bytes")
    #expect((error(["architecture/vocab_size": 50]) as? TrainingError)?.expected == "0 ..< 50")
    #expect(
      (error(["architecture/dtype/param": "bfloat16"]) as? JobError)?.key == "architecture/dtype/param")
    #expect(
      (error(["eval/evaluations": SettingsTree(.list(["tiny_pl"]))]) as? JobError)?.nearest == "tiny_ppl")
    guard case .notFinite? = kind(["optimization/lr": 1e12]) else {
      Issue.record("a rate of 1e12 must not train")
      return
    }
    #expect(
      kind(["optimization/beta1": 1.0])
        == .setting(key: "optimization/beta1", expected: "at least 0 and below 1", found: "1.0"))
  }
}
