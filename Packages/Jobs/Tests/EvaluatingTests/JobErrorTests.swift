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
  private func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)"
    }
  }

  private func restore(_ overlay: SettingsTree, overrides: [String] = []) throws {
    let tiny = try TinyCheckpoint()
    let checkpoint = try Checkpoint(path: tiny.root.path + "/checkpoints/p/g/tiny/best")
    _ = try Evaluate<GPT>.restored(
      from: checkpoint, spec: tiny.spec, runtimeConfig: overlay, overrides: overrides)
  }

  @Test("a key registered twice")
  func duplicates() {
    _ = TinyEvaluations.registered
    #expect(
      sentence { try job("tiny/evaluate", Evaluator<GPT>.self) } == "job 'tiny/evaluate' is registered twice")
    #expect(
      sentence { try evaluation("tiny_ppl", { TinyPerplexity() }) }
        == "evaluation 'tiny_ppl' is registered twice")
  }

  @Test("a perplexity whose key does not say so")
  func perplexityKey() {
    #expect(
      sentence { try evaluation("tiny", { TinyPerplexity() }) }
        == "perplexity evaluation 'tiny' must have a key that ends in '_ppl'")
  }

  @Test("unknown jobs and evaluations, with the nearest name")
  func unknown() {
    _ = TinyEvaluations.registered
    #expect(
      sentence { _ = try Registry.shared.job("tiny/evaluat") }
        == "unknown job 'tiny/evaluat'; did you mean 'tiny/evaluate'?")
    #expect(
      sentence { try restore(["eval/evaluations": ["tiny_pl"]]) }
        == "unknown evaluation 'tiny_pl'; did you mean 'tiny_ppl'?")
  }

  @Test("an unknown setting, with the nearest key")
  func unknownSetting() {
    #expect(
      sentence { try restore([:], overrides: ["eval.lenght=3"]) }
        == "unknown setting 'eval/lenght' (override 'eval.lenght=3'); did you mean 'eval/length'?")
  }

  @Test("a setting of another type")
  func wrongType() {
    #expect(
      sentence { try restore([:], overrides: ["eval.length=many"]) }.contains(
        "'eval/length' must be an integer"))
  }

  @Test("an evaluation twice")
  func twice() {
    #expect(
      sentence { try restore(["eval/evaluations": ["tiny_ppl", "tiny_ppl"]]) }
        == "two evaluations are named 'tiny_ppl'; results are kept by name")
  }

  @Test("an evaluation without documents")
  func empty() throws {
    let tiny = try TinyCheckpoint()
    let evaluator = try Evaluator<GPT>.fromCheckpoint(
      "best", spec: tiny.spec, runtimeConfig: ["eval/evaluations": ["tiny_empty_ppl"]]
    ).job
    #expect(sentence { _ = try evaluator.evaluate() } == "evaluation 'tiny_empty_ppl' has no documents")
  }

  @Test("parameters that do not fit, all of them named")
  func parameters() throws {
    let tiny = try TinyCheckpoint { parameters in
      parameters["ln_f/bias"] = nil
      parameters["blocks_0/mlp/c_fc/kernel"] = Tensor(zeros: [16, 63])
      parameters["lm_head"] = Tensor(zeros: [1])
    }
    #expect(
      sentence { _ = try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec) }
        == "parameters do not fit the model: missing 'ln_f/bias'; unexpected 'lm_head'; "
        + "'blocks_0/mlp/c_fc/kernel' has shape [16, 63], expected [16, 64]")
  }

  @Test("sizes that contradict each other")
  func sizes() {
    #expect(
      sentence { try restore([:], overrides: ["architecture.n_head=3"]) }
        == "architecture/n_embd 16 is not a multiple of architecture/n_head 3")
  }

  @Test("options that mean nothing, and answers that leave no room for a prompt")
  func options() throws {
    let tiny = try TinyCheckpoint()
    let evaluator = try Evaluator<GPT>.fromCheckpoint("best", spec: tiny.spec).job
    var options = EvaluationOptions()
    options.topP = 1.5
    #expect(
      sentence { _ = try evaluator.evaluate(options: options) }
        == "topP must be above 0 and at most 1, found 1.5")
    options.topP = 1
    options.maxNewTokens = 32
    #expect(
      sentence { _ = try evaluator.evaluate(options: options) }
        == "evaluation 'tiny_rollout' asks for 32 new tokens, which leaves no room for a prompt in a block of 32"
    )
  }

  @Test("names that would lead out of the root")
  func names() {
    #expect(
      sentence { _ = try ExecutionSpec.local(root: "r", name: "../x") }
        == "name '../x' cannot name a folder: it must be one path component without control characters")
    #expect(
      sentence { _ = try ExecutionSpec.local(root: "r", shardInto: 2) }
        == "shardInto must divide devices, which is 1, found 2")
    #expect(
      sentence { _ = try ExecutionSpec.local(root: "r", devices: 0) } == "devices must be positive, found 0")
  }

  @Test("configure outside a context, and a bare inference job")
  func context() throws {
    #expect(
      sentence { _ = try Evaluator<GPT>(spec: .local(root: "r")) }.contains("within a Configurate context"))
    try withConfiguration([:]) {
      let job = try InferenceJob<GPT>(spec: .local(root: "r"))
      #expect(sentence { try job.run() }.contains("does not say what to run"))
    }
  }

  @Test("a checkpoint that a job does not have, with the nearest and all that it has")
  func unknownCheckpoint() throws {
    let tiny = try TinyCheckpoint()
    #expect(
      sentence { _ = try Evaluator<GPT>.fromCheckpoint("bset", spec: tiny.spec) }
        == "job 'p/g/tiny' has no checkpoint 'bset'; it has 'best'; did you mean 'best'?")
    let error = #expect(throws: JobError.self) { try Evaluator<GPT>.fromCheckpoint("bset", spec: tiny.spec) }
    #expect(error?.nearest == "best" && error?.found == "bset" && error?.fault == .missingInput)
  }

  @Test("an evaluator without evaluations")
  func noEvaluations() {
    #expect(
      sentence { try restore(["eval/evaluations": SettingsTree(.list([]))]) }
        == "there is nothing to evaluate: name evaluations with --tasks A,B or the setting 'eval/evaluations'"
    )
  }

  @Test("settings of sampling that are out of their range, by their keys")
  func sampling() {
    #expect(
      sentence { try restore(["eval/temperature": -1.0]) }
        == "eval/temperature must be zero or positive, found -1.0")
    #expect(
      sentence { try restore(["eval/top_p": 0.0]) } == "eval/top_p must be above 0 and at most 1, found 0.0")
    #expect(sentence { try restore(["eval/seed": -1]) } == "eval/seed must be zero or positive, found -1")
  }

  @Test("what a job's error knows beside its sentence")
  func facts() {
    let name = JobError(.unknownName(of: "job", "gpt/evl", nearest: "gpt/evaluate"))
    #expect(name.description == "unknown job 'gpt/evl'; did you mean 'gpt/evaluate'?")
    #expect(name.fault == .usage && name.found == "gpt/evl" && name.nearest == "gpt/evaluate")
    let file = JobError(.unwritable(path: "a/b", reason: "no space left on device"))
    #expect(file.description == "cannot write 'a/b': no space left on device" && file.path == "a/b")
    #expect(JobError(.busy(job: "p/g/n")).fault == .tryAgain)
    #expect(JobError(.noEvaluations).key == "eval/evaluations")
    let output = NonFiniteOutput(
      evaluation: "copa", document: 3, position: 17, value: "nan", stage: "blocks_2")
    #expect(
      JobError(.notFinite(output)).description
        == "evaluation 'copa', document 3: the model's log-probability at position 17 is nan; the first output that is not finite is that of 'blocks_2'"
    )
    #expect(JobError(.notFinite(output)).fault == .badData)
  }
}
