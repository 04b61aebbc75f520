import Checkpoints
import Configurate
import Evaluations
import Foundation
import Jobs
import JobsTesting
import Models
import ModelsTesting
import Runs
import TensorCore
import Testing

@testable import Evaluating

/// What becomes of the files of runs under one name.
@Suite("Runs that are kept")
struct KeptRunsTests {
  private let tiny: TinyCheckpoint
  private let folder: String

  init() throws {
    tiny = try TinyCheckpoint()
    folder = tiny.root.path + "/results/p/g/tiny/"
  }

  private func evaluate(_ names: [String], _ change: SettingsTree = [:]) throws -> Evaluate<GPT> {
    var settings = change
    settings["eval/evaluations"] = SettingsTree(.list(names.map { SettingsTree(.text($0)) }))
    return try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec, runtimeConfig: settings).job
  }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: folder + name, encoding: .utf8)
  }

  private var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.contains(".") }
      .sorted()
  }

  @Test("A run under other settings leaves the first one's files under its id, and shows its own")
  func keepsBoth() throws {
    try evaluate(["tiny_ppl"])()
    let (first, samples) = (try read("results.json"), try read("samples_tiny_ppl.jsonl"))
    let id = try #require(KeptRuns(folder: folder).ids.first)
    try evaluate(["tiny_rollout"])()
    #expect(files == ["config.yaml", "results.json", "samples_tiny_rollout.jsonl"])
    #expect(try read("runs/\(id)/results.json") == first)
    #expect(try read("runs/\(id)/samples_tiny_ppl.jsonl") == samples)
    #expect(KeptRuns(folder: folder).ids.count == 2)
  }

  @Test("A run that was made before is found among all that are kept, and shown again")
  func findsEarlier() throws {
    guard case .results(let first, _) = try evaluate(["tiny_ppl"])() else {
      Issue.record("an evaluator has results")
      return
    }
    let text = try read("results.json")
    try evaluate(["tiny_rollout"])()
    let again = try evaluate(["tiny_ppl"])
    #expect(again.done)
    let outcome = try again()
    guard case .results(let found, _) = outcome else { return }
    #expect(found.evaluations == first.evaluations && found.provenance == first.provenance)
    #expect(try read("results.json") == text)
    #expect(files == ["config.yaml", "results.json", "samples_tiny_ppl.jsonl"])
    #expect(outcome.json + "\n" == text)
  }

  @Test("Whether a run is done is known without reading weights")
  func doneWithoutWeights() throws {
    try evaluate(["tiny_ppl"])()
    // The weights are damaged and their digests are not, so reading the weights fails.
    let path = tiny.root.path + "/checkpoints/p/g/tiny/best/checkpoint.h5"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let weights = try #require(TinyGPT.parameters(TinyCheckpoint.settings)["wte"]).floats.prefix(16)
    let place = try #require(bytes.range(of: Array(weights).withUnsafeBytes { Data($0) }))
    bytes[place.lowerBound] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let again = try evaluate(["tiny_ppl"])
    #expect(again.done)
    #expect { try again.model } throws: { ($0 as? ParameterError)?.unreadable.map(\.name) == ["wte"] }
  }

  @Test("What an earlier version left is kept, and so are samples without results")
  func strays() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in [("results.json", "{}"), ("config.yaml", "a: 1\n"), ("samples_old.jsonl", "{}\n")] {
      try text.write(toFile: folder + name, atomically: false, encoding: .utf8)
    }
    try evaluate(["tiny_ppl"])()
    #expect(files == ["config.yaml", "results.json", "samples_tiny_ppl.jsonl"])
    let old = try #require(
      KeptRuns(folder: folder).ids.first {
        FileManager.default.fileExists(atPath: folder + "runs/\($0)/samples_old.jsonl")
      })
    #expect(try read("runs/\(old)/results.json") == "{}")
    #expect(try read("runs/\(old)/config.yaml") == "a: 1\n")
  }

  @Test("The same run again has the same id, and other settings, weights or evaluations have another")
  func ids() throws {
    try evaluate(["tiny_ppl"])()
    try evaluate(["tiny_ppl"]).run()
    #expect(KeptRuns(folder: folder).ids.count == 1)
    try evaluate(["tiny_ppl"], ["eval/length": 2])()
    #expect(KeptRuns(folder: folder).ids.count == 2)
    let suffixes = Set(KeptRuns(folder: folder).ids.map { $0.split(separator: "-").last ?? "" })
    #expect(suffixes.count == 2 && suffixes.allSatisfy { $0.count == 12 })
  }

  @Test("Evaluations whose names would be one file of samples get two files")
  func stems() {
    #expect(ResultFiles.stems(of: ["a/b"]) == ["a/b": "a_b"])
    let two = ResultFiles.stems(of: ["a/b", "a_b", "c"])
    #expect(two["a_b"] == "a_b" && two["c"] == "c")
    #expect(two["a/b"]?.hasPrefix("a_b_") == true && Set(two.values).count == 3)
    #expect(Set(ResultFiles.stems(of: ["a/b_c", "a_b/c"]).values).count == 2)
  }

  @Test("Answers are drawn as the settings say, and results record the settings")
  func sampling() throws {
    try evaluate(["tiny_rollout"])()
    let greedy = try read("samples_tiny_rollout.jsonl")
    let plain = try RunResult(contentsOf: folder + "results.json")
    #expect(plain.provenance.sampling == nil)
    try evaluate(
      ["tiny_rollout"], ["eval/temperature": 1.0, "eval/seed": 3, "eval/samples_per_prompt": 2])()
    let drawn = try read("samples_tiny_rollout.jsonl")
    #expect(drawn.split(separator: "\n").count == 2 * greedy.split(separator: "\n").count)
    let result = try RunResult(contentsOf: folder + "results.json")
    #expect(
      result.provenance.sampling == Provenance.SamplingRecord(temperature: 1, seed: 3, samplesPerPrompt: 2))
    // The order in which sequences are generated changes no number.
    try evaluate(
      ["tiny_rollout"],
      ["eval/temperature": 1.0, "eval/seed": 3, "eval/samples_per_prompt": 2, "eval/chunk_size": 1])()
    #expect(try read("samples_tiny_rollout.jsonl") == drawn)
  }

  @Test("A tree of defaults as 'configure' writes it changes none of the checkpoint's settings")
  func defaultsOverlayNothing() throws {
    var settings = try SettingsTree.defaults(for: Evaluate<GPT>.settings + Evaluate<GPT>.modelSettings)
    settings["eval/evaluations"] = SettingsTree(.list(["tiny_ppl"]))
    let (job, configuration) = try Evaluate<GPT>.fromCheckpoint(
      "best", spec: tiny.spec, runtimeConfig: settings)
    #expect(job.evaluations.map(\.name) == ["tiny_ppl"])
    #expect(try configuration.value(of: "tokenizer/backend") == "bytes")
    #expect(try configuration.value(of: "architecture/n_embd") == 16)
  }
}
