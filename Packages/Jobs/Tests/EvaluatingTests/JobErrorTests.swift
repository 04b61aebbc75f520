import Basics
import Checkpoints
import Configurate
import Evaluations
import Jobs
import JobsTesting
import Models
import TensorCore
import Testing

@testable import Evaluating

@Suite("What a job refuses")
struct JobErrorTests {
  private func failure(_ body: () throws -> Void) -> JobError.Kind? {
    let error = #expect(throws: JobError.self) { try body() }
    return error?.kind
  }

  private func restore(_ overlay: SettingsTree, overrides: [String] = []) throws {
    let tiny = try TinyCheckpoint()
    let checkpoint = try Checkpoint(path: tiny.root.path + "/checkpoints/p/g/tiny/best")
    _ = try Evaluate<GPT>.restored(
      from: checkpoint, spec: tiny.spec, runtimeConfig: overlay, overrides: overrides)
  }

  @Test("A key that is registered twice is refused")
  func duplicates() {
    _ = TinyEvaluations.registered
    #expect(
      failure { try job("tiny/evaluate", Evaluator<GPT>.self) }
        == .registration(of: "job", "tiny/evaluate", .twice))
    #expect(
      failure { try evaluation("tiny_ppl", { TinyPerplexity() }) }
        == .registration(of: "evaluation", "tiny_ppl", .twice))
  }

  @Test("A perplexity whose key does not say so is refused")
  func perplexityKey() {
    #expect(
      failure { try evaluation("tiny", { TinyPerplexity() }) }
        == .registration(of: "perplexity evaluation", "tiny", .ending("_ppl")))
  }

  @Test("An unknown job or evaluation is refused with the nearest name")
  func unknown() {
    _ = TinyEvaluations.registered
    #expect(
      failure { _ = try Registry.shared.job("tiny/evaluat") }
        == .unknownName(of: "job", "tiny/evaluat", nearest: "tiny/evaluate"))
    #expect(
      failure { try restore(["eval/evaluations": ["tiny_pl"]]) }
        == .unknownName(of: "evaluation", "tiny_pl", nearest: "tiny_ppl"))
  }

  @Test("An unknown setting is refused with the nearest key")
  func unknownSetting() {
    let error = #expect(throws: SettingsError.self) { try restore([:], overrides: ["eval.lenght=3"]) }
    #expect(error?.kind == .unknownKey(nearest: "eval/length") && error?.key == "eval/lenght")
    #expect(error?.origin == .override("eval.lenght=3"))
  }

  @Test("A setting of another type is refused")
  func wrongType() {
    let error = #expect(throws: SettingsError.self) { try restore([:], overrides: ["eval.length=many"]) }
    #expect(error?.key == "eval/length" && error?.expected == "an integer")
  }

  @Test("An evaluation that is named twice is refused")
  func twice() {
    #expect(
      failure { try restore(["eval/evaluations": ["tiny_ppl", "tiny_ppl"]]) }
        == .sameName(evaluation: "tiny_ppl"))
  }

  @Test("An evaluation without documents is refused")
  func empty() throws {
    let tiny = try TinyCheckpoint()
    let evaluator = try Evaluator<GPT>.fromCheckpoint(
      "best", spec: tiny.spec, runtimeConfig: ["eval/evaluations": ["tiny_empty_ppl"]]
    ).job
    let error = #expect(throws: EvaluationError.self) { try evaluator.evaluate() }
    #expect(error?.kind == .noDocuments(evaluation: "tiny_empty_ppl"))
  }

  @Test("Parameters that do not fit are all named")
  func parameters() throws {
    let tiny = try TinyCheckpoint { parameters in
      parameters["ln_f/bias"] = nil
      parameters["blocks_0/mlp/c_fc/kernel"] = Tensor(zeros: [16, 63])
      parameters["lm_head"] = Tensor(zeros: [1])
    }
    let error = #expect(throws: ParameterError.self) {
      try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec)
    }
    #expect(error?.missing == ["ln_f/bias"] && error?.unexpected == ["lm_head"])
    let mismatch = error?.mismatched.first
    #expect(error?.mismatched.count == 1 && mismatch?.name == "blocks_0/mlp/c_fc/kernel")
    #expect(mismatch?.expected == [16, 64] && mismatch?.found == [16, 63])
  }

  @Test("Sizes that contradict each other are refused")
  func sizes() {
    let error = #expect(throws: ModelError.self) { try restore([:], overrides: ["architecture.n_head=3"]) }
    #expect(
      error?.kind == .notMultiple(key: "architecture/n_embd", found: 16, of: "architecture/n_head", 3))
  }

  @Test("Options that mean nothing are refused, and so are answers that leave no room for a prompt")
  func options() throws {
    let tiny = try TinyCheckpoint()
    let evaluator = try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec).job
    var options = EvaluationOptions()
    options.topP = 1.5
    let range = #expect(throws: EvaluationError.self) { try evaluator.evaluate(options: options) }
    #expect(range?.kind == .option("topP", expected: "above 0 and at most 1", found: "1.5"))
    options.topP = 1
    options.maxNewTokens = 32
    let room = #expect(throws: EvaluationError.self) { try evaluator.evaluate(options: options) }
    #expect(room?.kind == .noRoom(for: "evaluation 'tiny_rollout'", newTokens: 32, blockSize: 32))
  }

  @Test("Names that would lead out of the root are refused")
  func names() {
    #expect(
      failure { _ = try ExecutionSpec.local(root: "r", name: "../x") } == .folderName(role: "name", "../x"))
    #expect(
      failure { _ = try ExecutionSpec.local(root: "r", shardInto: 2) }
        == .indivisible(shardInto: 2, devices: 1))
    #expect(
      failure { _ = try ExecutionSpec.local(root: "r", devices: 0) }
        == .setting(key: "devices", expected: "positive", found: "0"))
  }

  @Test("Configuring outside of a context is refused, and so is a bare inference job")
  func context() throws {
    let bare = #expect(throws: SettingsError.self) { try Evaluator<GPT>(spec: .local(root: "r")) }
    #expect(bare?.kind == .noContext)
    try withConfiguration([:]) {
      let job = try InferenceJob<GPT>(spec: .local(root: "r"))
      guard case .abstract? = failure({ try job.run() }) else {
        Issue.record("a job that runs nothing")
        return
      }
    }
  }

  @Test("A checkpoint that a job does not have is refused with the nearest and all that it has")
  func unknownCheckpoint() throws {
    let tiny = try TinyCheckpoint()
    #expect(
      failure { _ = try Evaluator<GPT>.fromCheckpoint("bset", spec: tiny.spec) }
        == .unknownCheckpoint(job: "p/g/tiny", suffix: "bset", nearest: "best", known: ["best"]))
    let error = #expect(throws: JobError.self) { try Evaluator<GPT>.fromCheckpoint("bset", spec: tiny.spec) }
    #expect(error?.nearest == "best" && error?.found == "bset" && error?.fault == .missingInput)
  }

  @Test("An evaluator without evaluations is refused")
  func noEvaluations() {
    #expect(
      failure { try restore(["eval/evaluations": SettingsTree(.list([]))]) } == .noEvaluations)
  }

  @Test("Settings of sampling that are out of range are refused by their keys")
  func sampling() {
    for (key, value, expected) in [
      ("eval/temperature", -1.0, "zero or positive"), ("eval/top_p", 0.0, "above 0 and at most 1"),
    ] {
      #expect(
        failure { try restore([key: SettingsTree(.number(value))]) }
          == .setting(key: key, expected: expected, found: "\(value)"))
    }
    #expect(
      failure { try restore(["eval/seed": -1]) }
        == .setting(key: "eval/seed", expected: "zero or positive", found: "-1"))
  }

  @Test("A job's error has its facts beside its sentence")
  func facts() {
    let name = JobError(.unknownName(of: "job", "gpt/evl", nearest: "gpt/evaluate"))
    #expect(name.fault == .usage && name.found == "gpt/evl" && name.nearest == "gpt/evaluate")
    #expect(JobError(.unwritable(path: "a/b", reason: "no space left on device")).path == "a/b")
    #expect(JobError(.busy(job: "p/g/n")).fault == .tryAgain)
    #expect(JobError(.noEvaluations).key == "eval/evaluations")
    let output = NonFiniteOutput(
      evaluation: "copa", document: 3, position: 17, value: "nan", stage: "blocks_2")
    #expect(JobError(.notFinite(output)).fault == .badData)
  }
}
