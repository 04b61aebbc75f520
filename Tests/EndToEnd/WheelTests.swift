import Foundation
import Testing
import Tokenization

/// Prompts with shots of the default sampler, as text and in the model's chat format, and generation until a stop, beside
/// the wheel of lm-evaluation-harness 0.4.13 on SmolLM2-135M in float32. `Tests/Fixtures/README.md` has the commands that
/// asked the wheel.
@Suite(
  "Shots and chats against lm-evaluation-harness 0.4.13",
  .enabled(if: Shared.hasModelAndGoldens, Comment(rawValue: Shared.reason)))
struct WheelTests {
  struct Case: CustomTestStringConvertible {
    var fixture: String
    var tasks: [String]
    var options: [String]
    var testDescription: String { fixture }
  }
  private static let chat = ["arc_chat", "mmlu_abstract_algebra", "gsm8k"]
  private static let inChat = ["--num-fewshot", "2", "--apply-chat-template", "--compat", "lm-eval"]
  static let cases = [
    Case(
      fixture: "five_shots", tasks: ["arc_easy", "hellaswag", "lambada_openai", "gsm8k"],
      options: ["--num-fewshot", "5"]),
    Case(fixture: "chat/turns", tasks: chat, options: inChat),
    Case(
      fixture: "chat/one_turn", tasks: chat,
      options: inChat + ["--system-instruction", "Be_brief.", "eval.fewshot_as_multiturn=false"]),
  ]

  @Test(
    "Prompts, log-likelihoods, generated texts and metrics of shots and chats are lm-evaluation-harness's",
    arguments: cases)
  func agrees(_ asked: Case) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      [
        "run", "--backbone", Shared.model!, "--data", "\(Shared.folder!)/eval", "--name", "wheel",
        "--tasks-dir", "\(Shared.folder!)/eval/tasks", "--tasks-dir", fixtures + "/chat/tasks",
        "--tasks", asked.tasks.joined(separator: ","), "--limit", "3",
        "architecture.dtype.activation=float32",
      ] + asked.options, in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let tokenizer = try Tokenizers.forBackbone(at: Shared.model!)
    for task in asked.tasks {
      let references = try jsonLines("\(fixtures)/\(asked.fixture)/\(task).jsonl")
      let samples = try jsonLines(folder.file("assay/results/general/default/wheel/samples_\(task).jsonl"))
      #expect(samples.count == references.count)
      for (sample, reference) in zip(samples, references) {
        try compare(sample, reference, "\(task) document \(reference["doc"] ?? "")", tokenizer)
      }
    }
  }

  private func compare(
    _ sample: [String: Any], _ reference: [String: Any], _ place: String, _ tokenizer: any Tokenizer
  ) throws {
    let arguments = try #require(sample["arguments"] as? [[String]])
    let digests = try #require(reference["arguments"] as? [[String]])
    #expect(arguments.count == digests.count)
    for (texts, digests) in zip(arguments, digests) {
      #expect(zip(texts, digests).allSatisfy { digest($0) == $1 }, "\(place)")
    }
    let requests = try #require(sample["requests"] as? [[String: Any]])
    if let expected = reference["ll"] as? [Double] {
      let sums = try requests.map { request in
        try #require(request["log_probabilities"] as? [NSNumber]).reduce(0) { $0 + $1.doubleValue }
      }
      #expect(zip(sums, expected).allSatisfy { abs($0 - $1) <= 2e-3 }, "\(place): \(sums), \(expected)")
    } else {
      let ids = try #require(requests[0]["ids"] as? [NSNumber]).map(\.int32Value)
      var text = try tokenizer.decode(ids)
      for stop in try #require(requests[0]["stop_texts"] as? [String]) {
        text = text.components(separatedBy: stop)[0]
      }
      #expect(text == reference["text"] as? String, "\(place)")
      #expect(sample["answers"] as? [String: String] == reference["answers"] as? [String: String], "\(place)")
    }
    for (metric, value) in try #require(reference["metrics"] as? [String: NSNumber]) {
      guard metric != "perplexity,none" else { continue }  // follows the log-likelihood
      #expect((sample[metric] as? NSNumber)?.doubleValue == value.doubleValue, "\(place) \(metric)")
    }
  }
}
