import Checkpoints
import Configurate
import Evaluations
import Foundation
import Jobs
import JobsTesting
import Models
import ModelsTesting
import TensorCore
import Testing

@testable import Evaluating

@Suite("Evaluator")
struct EvaluatorTests {
  @Test("An evaluator is restored from a checkpoint with its evaluations, and reduces in three ways")
  func reduces() throws {
    let tiny = try TinyCheckpoint()
    let restored = try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec)
    let (evaluator, configuration) = (restored.evaluator, restored.config)
    #expect(evaluator.evaluations.map(\.name) == ["tiny_ppl", "tiny_rollout"])
    #expect(try configuration.value(of: "training/tokens") == 1000)
    #expect(try configuration.value(of: "eval/length") == -1)

    guard case .samples(let samples) = try evaluator.evaluate(reduce: .none)[0].score else {
      Issue.record("reduce none must give samples")
      return
    }
    #expect(samples.count == 5)
    #expect(samples[2] == 0)  // nothing scored, which is no perfect perplexity
    let summed = try evaluator.evaluate(reduce: .sum)[0]
    #expect(summed.score == .number(samples.reduce(0, +)))
    #expect(summed.counts == Counts(asked: 5, truncated: 1, empty: 1))

    let reference = ReferenceGPT(
      TinyCheckpoint.settings, parameters: TinyGPT.parameters(TinyCheckpoint.settings))
    let texts = TinyPerplexity().texts.map { text in text.utf8.prefix(32).map { Int32($0) + 1 } }
    let losses = texts.map { ids in -reference.logProbabilities(ids).reduce(0, +) }
    let tokens = texts.reduce(0) { $0 + max($1.count - 1, 0) }
    let results = try evaluator.evaluate()
    #expect(results["tiny_rollout"]?.name == "tiny_rollout" && results["tiny"] == nil)
    guard case .number(let mean) = try #require(results["tiny_ppl"]).score else { return }
    #expect(abs(mean / exp(losses.reduce(0, +) / Double(tokens)) - 1) < 1e-5)
  }

  @Test(
    "An overlay wins over the checkpoint's settings and keeps the caller's identity, and resuming takes the checkpoint's"
  )
  func overlayAndResume() throws {
    let tiny = try TinyCheckpoint()
    var spec = tiny.spec
    let location = try CheckpointStore(root: tiny.root.path).location(
      project: "p", group: "g", name: "tiny", suffix: "best")
    spec.job = JobSpec(name: "another")
    let checkpoint = try Checkpoint(path: location)
    let overlay: SettingsTree = ["eval/evaluations": ["tiny_ppl"], "eval/length": 2]
    let (job, configuration) = try Evaluate<GPT>.restored(
      from: checkpoint, spec: spec, runtimeConfig: overlay)
    #expect(job.evaluations.map(\.name) == ["tiny_ppl"])
    #expect(job.length == 2)
    #expect(try configuration.value(of: "architecture/n_embd") == 16)
    #expect(job.spec.job.name == "another")
    let resumed = try Evaluate<GPT>.restored(
      from: checkpoint, spec: spec, runtimeConfig: overlay, resume: true
    ).job
    #expect(resumed.spec.job == JobSpec(name: "tiny", id: "run-7", project: "p", group: "g"))
    #expect(spec.job.name == "another")
  }

  @Test("A drawn subset depends on seed, size and length only")
  func length() throws {
    let tiny = try TinyCheckpoint()
    func scores(_ evaluations: SettingsTree) throws -> [ReducedScore] {
      let evaluator = try Evaluator<GPT>.fromCheckpoint(
        "best", spec: tiny.spec, runtimeConfig: ["eval/evaluations": evaluations, "eval/length": 2]
      ).job
      _ = try evaluator.evaluate()
      return try evaluator.evaluate(reduce: .none).map(\.score)
    }
    let together = try scores(["tiny_rollout", "tiny_ppl"])
    #expect(try scores(["tiny_ppl"])[0] == together[1])
  }

  @Test("Intermediates hold what was read and which of it was generated")
  func intermediates() throws {
    let tiny = try TinyCheckpoint()
    let evaluator = try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec).job
    #expect(try evaluator.evaluate()[1].intermediates == nil)
    var options = EvaluationOptions()
    options.samplesPerPrompt = 2
    options.temperature = 1
    options.maxNewTokens = 4
    let rollouts = try #require(
      try evaluator.evaluate(returnIntermediates: true, options: options)[1].intermediates)
    #expect(rollouts.count == 6)
    #expect(rollouts[2][0].ids.starts(with: [99, 100]))
    #expect(rollouts[2][0].mask.prefix(3) == [false, false, true])
    #expect(rollouts[2] != rollouts[3])
    let again = try evaluator.evaluate(returnIntermediates: true, options: options)[1].intermediates
    #expect(again == rollouts)
    options.chunkSize = 1
    let oneByOne = try evaluator.evaluate(returnIntermediates: true, options: options)[1].intermediates
    #expect(oneByOne == rollouts)
  }

  @Test("Results are written whole, and an evaluator returns whether they exist")
  func runAndDone() throws {
    let tiny = try TinyCheckpoint()
    let evaluate = try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec).job
    #expect(!evaluate.done)
    try evaluate.run()
    #expect(evaluate.done)
    let path = tiny.root.path + "/results/p/g/tiny/results.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let file = try SettingsTree(yaml: text, name: path)
    #expect(
      file.mapping?.names == [
        "job", "project", "group", "results", "tasks", "groups", "provenance", "counts", "metrics", "run",
      ])
    #expect(file["results"]?.mapping?.names == ["tiny_ppl", "tiny_rollout"])
    #expect(file["provenance/mode"] == "float32")
    let fewer = try Evaluate<GPT>.fromCheckpoint(
      "best", spec: tiny.spec, runtimeConfig: ["eval/evaluations": ["tiny_ppl"]]
    ).job
    #expect(!fewer.done)
    let other = try TinyCheckpoint { $0["wte"] = Tensor(zeros: [259, 16]) }
    let moved = try Evaluate<GPT>.restored(
      from: Checkpoint(path: other.root.path + "/checkpoints/p/g/tiny/best"), spec: tiny.spec
    ).job
    #expect(!moved.done)
    try evaluate.run()
    let again = try String(contentsOfFile: path, encoding: .utf8)
    #expect(again.components(separatedBy: "\"run\"")[0] == text.components(separatedBy: "\"run\"")[0])
  }

  @Test("A run resumed from the journal, and one rescored from the samples, write the same files")
  func journalAndSamples() throws {
    let tiny = try TinyCheckpoint()
    let results = tiny.root.path + "/results/p/g/tiny/"
    func files() throws -> [String] {
      try ["results.json", "samples_tiny_ppl.jsonl", "samples_tiny_rollout.jsonl"].map { name in
        let text = try String(contentsOfFile: results + name, encoding: .utf8)
        return name == "results.json" ? text.components(separatedBy: "\"run\"")[0] : text
      }
    }
    func computed() throws -> Int? {
      let path = results + "results.json"
      let file = try SettingsTree(yaml: String(contentsOfFile: path, encoding: .utf8), name: path)
      return try file.value(of: "run/requests_computed")
    }
    let one = ["eval/evaluations": ["tiny_ppl"]] as SettingsTree
    try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec, runtimeConfig: one).job.run()
    let first = try #require(try computed())
    try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec).job.run()
    let resumed = try files()
    #expect(first > 0)
    #expect(try computed() == 3)
    try FileManager.default.removeItem(atPath: tiny.root.path + "/journal")
    try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec).job.run()
    #expect(try computed() == first + 3)
    #expect(try files() == resumed)

    let (job, configuration) = try Evaluate<GPT>.fromCheckpoint("best", spec: tiny.spec)
    withExtendedLifetime(job) {}
    try withConfiguration(configuration) {
      let withoutModel = try Evaluate<GPT>(spec: tiny.spec)
      try withoutModel.rescore(results)
      #expect(try files() == resumed)
      #expect(throws: JobError.self) { try withoutModel.rescore(tiny.root.path) }
    }
  }

  @Test("An evaluator evaluates the model that its caller gives it")
  func shares() throws {
    let tiny = try TinyCheckpoint()
    let model = try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec).job.model
    try withConfiguration(["eval/evaluations": ["tiny_ppl"], "tokenizer/backend": "bytes"]) {
      let evaluator = try Evaluator<GPT>(spec: tiny.spec)
      #expect(throws: JobError.self) { try evaluator.evaluate() }
      evaluator.share(model)
      #expect(try evaluator.evaluate().count == 1)
      #expect(try evaluator.rollout([[5, 6]], maxNewTokens: 3)[0].ids.count == 3)
      #expect(try evaluator.forward(TokenBatch([[5, 6]])).logits.shape == [1, 2, 259])
    }
  }
}
