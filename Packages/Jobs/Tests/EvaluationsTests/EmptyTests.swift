import Foundation
import Testing
import Tokenization

@testable import Evaluations

@Suite("Nothing to score, by kind")
struct EmptyTests {
  private let context = EvaluationContext(tokenizer: BytesTokenizer(), blockSize: 8)

  private struct Pair: PerplexityComparisonEvaluation {
    let name = "pair"
    var correct = 0
    var count: Int { 1 }
    func get(_ index: Int) -> (prefix: String, continuations: [String], correct: Int) {
      ("ab", ["", "c"], correct)
    }
  }

  private struct Text: PerplexityEvaluation {
    let name = "text"
    var count: Int { 1 }
    func get(_ index: Int) -> String { "" }
  }

  private struct Copy: EncodingEvaluation {
    let name = "copy"
    var count: Int { 1 }
    func get(_ index: Int) -> String { "" }
    func check(_ original: String, _ predicted: String) -> Bool { original == predicted }
  }

  private struct Answers: RolloutEvaluation {
    let name = "answers"
    let maxNewTokens = 4
    var count: Int { 1 }
    func get(_ index: Int) -> (prompt: String, expected: String) { ("a", "b") }
    func check(_ expected: String, _ answer: String) -> Bool { expected == answer }
  }

  @Test("An empty continuation is never chosen, and an index beyond the choices is counted")
  func comparison() throws {
    let responses: [Response] = [
      .score([]), .score([TokenScore(logProbability: -3, argmax: 0, isGreedy: false)]),
    ]
    let outcome = try Pair().samples(of: 0, in: context)[0].score(responses)
    #expect(outcome.score == 0 && outcome.counts.empty == 1 && outcome.counts.unlabelled == 0)
    #expect(try Pair(correct: 1).samples(of: 0, in: context)[0].score(responses).score == 1)
    #expect(try Pair(correct: 7).samples(of: 0, in: context)[0].score(responses).counts.unlabelled == 1)
  }

  @Test("An empty text is counted, adds nothing and is not right")
  func texts() throws {
    let text = try Text().samples(of: 0, in: context)[0].score([.score([])])
    #expect(text.counts.empty == 1 && text.score == 0)
    #expect(Text().metrics(of: [text])[0].value.isNaN)
    let copy = try Copy().samples(of: 0, in: context)[0].score([.score([])])
    #expect(copy.counts.empty == 1 && copy.score == 0)
    let page = TextEvaluation(name: "page", texts: ["", "ab"])
    let empty = try page.samples(of: 0, in: context)[0]
    #expect(empty.requests.isEmpty)
    #expect(try empty.score([]).counts.empty == 1)
  }

  @Test("Counts that are zero are in no file")
  func counts() {
    #expect(Counts(asked: 3).rare.isEmpty)
    #expect(Counts(empty: 2, unlabelled: 1).rare.map(\.name) == ["empty", "unlabelled"])
    #expect((Counts(empty: 2) + Counts(empty: 1, unlabelled: 4)) == Counts(empty: 3, unlabelled: 4))
  }

  @Test("An option about answers is an error where no evaluation generates")
  func answers() throws {
    let page = TextEvaluation(name: "page", texts: ["a"])
    let error = #expect(throws: EvaluationError.self) {
      try EvaluationOption.check([.thoughtEnd], for: [page, Text()])
    }
    guard case .unusedOption(.thoughtEnd, evaluation: "page", _)? = error?.kind else {
      Issue.record("\(String(describing: error))")
      return
    }
    try EvaluationOption.check([.thoughtEnd, .temperature, .topP, .newTokens], for: [page, Answers()])
  }

  @Test("An option that an evaluation does not use is an error with both names")
  func options() {
    let error = #expect(throws: EvaluationError.self) { try Pair().check([.limit, .shots]) }
    #expect(
      error?.kind
        == .unusedOption(.shots, evaluation: "pair", reason: "it is no task with examples and splits"))
    #expect(throws: EvaluationError.self) { try TextEvaluation(name: "page", texts: ["a"]).check([.limit]) }
    #expect(throws: EvaluationError.self) { try Text().check([.system]) }
    #expect(throws: Never.self) { try Pair().check([.limit]) }
    #expect(throws: Never.self) {
      try EvaluationOption.$byDefault.withValue([.limit]) {
        try TextEvaluation(name: "page", texts: ["a"]).check([.limit])
      }
    }
  }
}
