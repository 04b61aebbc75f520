import Basics
import Tokenization

/// Lets the model answer prompts and checks the answers.
public protocol RolloutEvaluation: Evaluation {
  /// The most tokens of an answer.
  var maxNewTokens: Int { get }
  /// Whether prompts are a user's turn, to be written in the model's chat format; they are texts to go on from unless
  /// an evaluation or the run's settings say so.
  var asksInChat: Bool { get }

  /// The prompt of one document and the answer that is expected.
  func get(_ index: Int) throws -> (prompt: String, expected: String)
  /// Prepares an answer for the check.
  func clean(_ answer: String) -> String
  /// Whether a cleaned answer is right.
  func check(_ expected: String, _ answer: String) -> Bool
  /// What a cleaned answer is worth; 1 or 0 by ``check(_:_:)`` unless an evaluation defines it otherwise.
  func score(_ expected: String, _ answer: String) -> Double
}

extension RolloutEvaluation {
  public var asksInChat: Bool { false }
  public func clean(_ answer: String) -> String { answer }
  public func score(_ expected: String, _ answer: String) -> Double { check(expected, answer) ? 1 : 0 }

  public func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let (prompt, expected) = try get(index)
    let limit = context.options.maxNewTokens ?? maxNewTokens
    let chat = asksInChat || context.chat.isForced ? context.chat : nil
    // A chat's text has the tokens around it, written by its template.
    let asked = try chat.map { try $0.asking(prompt) } ?? context.chat.withSystemPrompt(prompt)
    let whole = try context.tokenizer.encode(asked, addingSpecialTokens: chat == nil)
    let ids = try context.prompt(whole, answeredIn: limit, by: "evaluation '\(name)'")
    let counts = Counts(asked: 1, truncated: ids.count < whole.count ? 1 : 0)
    let stops = context.stops(inChat: chat != nil)
    return (0..<context.options.samplesPerPrompt).map { repetition in
      let request = GenerateRequest(
        prompt: ids, limit: limit, stops: stops,
        sampling: Sampling(
          temperature: context.options.temperature, topP: context.options.topP, seed: context.options.seed,
          sample: Sampling.sample(of: index, repetition), rules: context.options.rules))
      return Sample(
        index, [.generate(request)],
        record: {
          SampleRecord(
            document: [("prompt", .text(prompt)), ("expected", .text(expected))], target: .text(expected),
            arguments: [[asked, request.settings]])
        }
      ) { responses in
        let answer = responses[0].generation
        let text =
          try chat.map { try AnswerText.inChat(answer.ids, $0, by: context.tokenizer) }
          ?? context.tokenizer.decodeWithoutSpecialTokens(answer.ids)
        let cleaned = clean(text)
        return SampleOutcome(
          score: score(expected, cleaned), generated: [text], answers: [Metric.noFilter: cleaned],
          counts: counts,
          intermediates: [Intermediate(prompt: ids, answer: answer.ids)])
      }
    }
  }

  public func metrics(of outcomes: [SampleOutcome]) -> [Metric] { [.mean("acc", outcomes.map(\.score))] }
}

extension GenerateRequest {
  /// How the answer is generated, in the words of task files.
  fileprivate var settings: String {
    let topP: [(String, JSONValue)] = sampling.topP == 1 ? [] : [("top_p", .number(sampling.topP))]
    return JSONValue.object(
      [
        ("until", .list(stopTexts.map(JSONValue.text))), ("max_gen_toks", .integer(limit)),
        ("temperature", .number(sampling.temperature)),
      ] + topP + sampling.rules.members
    ).line
  }
}
