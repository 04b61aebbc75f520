import Basics
import Checkpoints
import Digests
import Evaluations
import Foundation
import Templating
import Tokenization

/// A sample as lm-evaluation-harness writes it: answers as texts, digests of what was asked, a line for each filter.
struct HarnessSample {
  private let sample: ScoredSample
  private let document: String
  private let target: String
  private let arguments: [[String]]
  private let answers: [JSONValue]
  /// Digests of document, prompt and target, one after the other.
  let hashes: String

  init(_ sample: ScoredSample, tokenizer: any Tokenizer) throws {
    self.sample = sample
    let record = sample.sample.record?()
    arguments = record?.arguments ?? []
    answers =
      try Self.wholeText(arguments, sample.responses).map { [$0] }
      ?? zip(sample.sample.requests, sample.responses).map { try Self.answer($0, $1, tokenizer) }
    document = record?.document ?? "{}"
    target = try record.map { try TemplateValue(json: $0.target).text } ?? ""
    documentHash = Self.digest(try TemplateValue(json: document).json(indent: 2))
    promptHash = Self.digest(arguments.first?.first ?? "")
    targetHash = Self.digest(target)
    hashes = documentHash + promptHash + targetHash
  }

  private let documentHash: String
  private let promptHash: String
  private let targetHash: String

  var lines: [JSONValue] { filters.map(line) }

  /// The filters of the sample's values, in their order.
  private var filters: [String] {
    var seen: Set<String> = []
    return sample.outcome.values.map(\.filter).filter { seen.insert($0).inserted }
  }

  private func line(_ filter: String) -> JSONValue {
    let values = sample.outcome.values.filter { $0.filter == filter }
    let scores = zip(sample.sample.requests, answers).compactMap { request, answer in
      if case .score = request { answer } else { nil }
    }
    let filtered = sample.outcome.answers[filter].map { [JSONValue.text($0)] + scores } ?? answers
    return .object(
      [
        ("doc_id", .integer(sample.sample.document)), ("doc", .json(document)), ("target", .text(target)),
        ("arguments", .object(arguments.enumerated().map { ("gen_args_\($0)", argument($1)) })),
        ("resps", .list(answers.map { .list([$0]) })), ("filtered_resps", .list(filtered)),
        ("filter", .text(filter)), ("metrics", .list(values.map { .text($0.metric) })),
        ("doc_hash", .text(documentHash)), ("prompt_hash", .text(promptHash)),
        ("target_hash", .text(targetHash)),
      ] + values.map { ($0.metric, $0.content.json) })
  }

  private func argument(_ texts: [String]) -> JSONValue {
    .object(texts.enumerated().map { ("arg_\($0)", .text($1)) })
  }

  /// SHA-256 of the text's UTF-8, in hexadecimal digits.
  static func digest(_ text: String) -> String { Digest.sha256(of: text) }

  /// The log-likelihood of a text that is scored whole, however many windows it takes; `nil` for what is asked with a prompt.
  private static func wholeText(_ arguments: [[String]], _ responses: [Response]) -> JSONValue? {
    guard arguments.count == 1, arguments[0].count == 1 else { return nil }
    var sum = 0.0
    for response in responses {
      guard case .score(let scores) = response else { return nil }
      sum += scores.logLikelihood
    }
    return .text("\(sum)")
  }

  /// A log-likelihood and whether it is greedy, as Python's texts, or what was written up to the first of the stops.
  private static func answer(
    _ request: Request, _ response: Response, _ tokenizer: any Tokenizer
  ) throws -> JSONValue {
    switch (request, response) {
    case (_, .score(let scores)):
      return .list([
        .text("\(scores.logLikelihood)"), .text(scores.allSatisfy(\.isGreedy) ? "True" : "False"),
      ])
    case (.generate(let request), .generation(let generation)):
      return .text(
        try AnswerText.decoded(generation.ids, stopTexts: request.stopTexts, by: tokenizer))
    case (.score, .generation): preconditionFailure("a score request got a generation")
    }
  }
}
