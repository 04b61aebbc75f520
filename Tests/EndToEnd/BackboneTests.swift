import Foundation
import Testing

/// `--backbone`, on the fixture's checkpoint as `export` writes it: a folder of the Hub's form, with its tokenizer.
@Suite("--backbone")
struct BackboneTests {
  private static let tasks = ["agreement", "copying", "grammar_ppl"]

  /// The folder, and a model in it under `model`.
  private func exported() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["export", fixtures + "/eval_model", "model"], in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return folder
  }

  private func run(
    _ model: String, name: String, in folder: TemporaryFolder, environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    let from = model.hasPrefix("--") ? [model, fixtures + "/eval_model"] : ["--backbone", model]
    return try Program.run(
      [
        "run", "--name", name, "--tasks", Self.tasks.joined(separator: ","), "--limit", "20",
        "architecture.dtype.activation=float32",
      ] + from, in: folder, environment: environment)
  }

  private func scores(_ name: String, in folder: TemporaryFolder) throws -> [Double] {
    let report = try jsonObject(folder.file("assay/results/general/default/\(name)/results.json"))
    let tasks = try #require(report["tasks"] as? [String: [String: Any]])
    return try Self.tasks.map { task in
      let metrics = try #require(tasks[task])
      let key = task == "grammar_ppl" ? "perplexity" : "acc"
      let found = metrics.first { $0.key == key || $0.key.hasPrefix(key + ",") }?.value
      return try #require(found as? NSNumber, "\(metrics)").doubleValue
    }
  }

  @Test("An exported checkpoint given as --backbone has the scores of the checkpoint itself")
  func exportedFolder() throws {
    let folder = try exported()
    #expect(try run("--restore", name: "checkpoint", in: folder).code == 0)
    let outcome = try run("model", name: "folder", in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let (expected, found) = (try scores("checkpoint", in: folder), try scores("folder", in: folder))
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * abs($1) }, "\(found) \(expected)")
  }

  @Test("--backbone takes a model of the Hub once, and then from the cache")
  func hub() throws {
    let folder = try exported()
    #expect(try run("model", name: "folder", in: folder).code == 0)
    let environment = ["HF_HOME": folder.file("hf"), "HF_TOKEN": "", "HF_HUB_OFFLINE": ""]
    do {
      let server = try LocalHub(serving: folder.file("model"))
      let online = environment.merging(["HF_ENDPOINT": server.address]) { $1 }
      let outcome = try run("org/given", name: "hub", in: folder, environment: online)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try scores("hub", in: folder) == scores("folder", in: folder))
      let absent = try run("org/absent", name: "absent", in: folder, environment: online)
      #expect(absent.code == 66 && absent.errors.contains("org/absent"), "\(absent.errors)")
    }
    let cached = try run(
      "org/given", name: "cached", in: folder,
      environment: environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 })
    #expect(cached.code == 0, "\(cached.errors)")
    let missing = try run(
      "org/other", name: "other", in: folder, environment: environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 }
    )
    #expect(missing.code == 66 && missing.errors.contains("HF_HUB_OFFLINE"), "\(missing.errors)")
  }

  @Test("What is wrong with a model is one sentence")
  func refusals() throws {
    let folder = try exported()
    let weights = try Data(contentsOf: URL(fileURLWithPath: folder.file("model/model.safetensors")))
    let configuration = try folder.read("model/config.json")
    func refuses(_ model: String, _ code: Int32, _ words: [String]) throws {
      let outcome = try run(model, name: "bad", in: folder)
      #expect(outcome.code == code, "\(model): \(outcome.code) \(outcome.errors)")
      #expect(words.allSatisfy { outcome.errors.contains($0) }, "\(model): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(!folder.contents.contains { $0.contains("results/general/default/bad/") })
    }
    try refuses("modle", 66, ["did you mean 'model'?"])
    try weights.prefix(weights.count - 100).write(
      to: URL(fileURLWithPath: folder.file("model/model.safetensors")))
    try refuses("model", 65, ["model.safetensors"])
    try weights.write(to: URL(fileURLWithPath: folder.file("model/model.safetensors")))
    for (key, value, words) in [
      ("\"model_type\"", "\"zamba2\"", ["zamba2"]), ("\"vocab_size\"", "300", ["259", "300"]),
    ] {
      let changed = try configuration.replacing(Regex("\(key)\\s*:\\s*[^,\\n]+"), with: "\(key): \(value)")
      try folder.write(changed, to: "model/config.json")
      try refuses("model", 65, words)
    }
    try folder.write(configuration, to: "model/config.json")
    try FileManager.default.removeItem(atPath: folder.file("model/model.safetensors"))
    try folder.write("no", to: "model/pytorch_model.bin")
    try refuses("model", 65, ["pytorch_model.bin", "safetensors"])
    try folder.write("GGUF", to: "short.gguf")
    try refuses("short.gguf", 65, ["short.gguf"])
  }
}
