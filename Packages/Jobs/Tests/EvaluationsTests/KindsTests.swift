import Foundation
import Testing
import Tokenization

@testable import Evaluations

@Suite("Evaluations")
struct KindsTests {
  private let context = EvaluationContext(tokenizer: BytesTokenizer(), blockSize: 8)

  private struct Pair: PerplexityComparisonEvaluation {
    let name = "pair"
    var prefix = "ab"
    var continuations = ["cd", "ce"]
    var count: Int { 1 }
    func get(_ index: Int) -> (prefix: String, continuations: [String], correct: Int) {
      (prefix, continuations, 1)
    }
  }

  private func scores(_ values: [Float]) -> Response {
    .score(values.map { TokenScore(logProbability: $0, argmax: 0, isGreedy: false) })
  }

  @Test("A comparison scores the continuation's tokens only, and takes the first of equals")
  func comparison() throws {
    let sample = try Pair().samples(of: 0, in: context)[0]
    let expected: [Request] = [
      .score(ScoreRequest(ids: [98, 99, 100, 101], from: 2)),
      .score(ScoreRequest(ids: [98, 99, 100, 102], from: 2)),
    ]
    #expect(sample.requests == expected)
    #expect(try sample.score([scores([-3, -1]), scores([-2, -1])]).score == 1)
    #expect(try sample.score([scores([-1, -1]), scores([-2, -1])]).score == 0)
    let tie = try sample.score([scores([-1, -2]), scores([-2, -1])])
    #expect(tie.score == 0 && tie.counts.tied == 1)
    #expect(tie.intermediates[0].mask == [false, false, true, true])
  }

  private struct LongestWins: PerplexityComparisonEvaluation {
    let name = "longest"
    var count: Int { 1 }
    func get(_ index: Int) -> (prefix: String, continuations: [String], correct: Int) {
      ("ab", ["c", "de"], 1)
    }
    func measure(_ scores: [TokenScore], of continuation: String) -> Double {
      Double(continuation.utf8.count)
    }
  }

  @Test("A comparison chooses by its own measure where it has one")
  func ownMeasure() throws {
    let sample = try LongestWins().samples(of: 0, in: context)[0]
    #expect(try sample.score([scores([-1]), scores([-9, -9])]).score == 1)
  }

  @Test("A comparison that does not fit loses its beginning and is counted")
  func truncated() throws {
    let sample = try Pair(prefix: "0123456789", continuations: ["ab", "c"]).samples(of: 0, in: context)[0]
    guard case .score(let first) = sample.requests[0] else { return }
    #expect(first.ids.count == 9 && first.first == 7)
    #expect(try sample.score([scores([-1, -1]), scores([-1])]).counts.truncated == 2)
  }

  @Test("A mean is by tokens, not by continuations' sums")
  func meanByTokens() throws {
    let sample = try Pair(continuations: ["c", "cd"]).samples(of: 0, in: context)[0]
    #expect(try sample.score([scores([-1.5]), scores([-1, -1])]).score == 1)
  }

  /// The windows that lm-evaluation-harness 0.4.13 makes of 10 tokens in a model of 4, prefix 257.
  @Test("A whole text is scored in windows, each token once, the last window with full context")
  func windows() {
    let ids = (1...10).map(Int32.init)
    #expect(
      TextEvaluation.windows(ids, prefix: 257, length: 4) == [
        ScoreRequest(ids: [257, 1, 2, 3, 4], from: 1), ScoreRequest(ids: [4, 5, 6, 7, 8], from: 1),
        ScoreRequest(ids: [6, 7, 8, 9, 10], from: 3),
      ])
    #expect(TextEvaluation.windows([], prefix: 257, length: 4).isEmpty)
    #expect(TextEvaluation.windows([5], prefix: 257, length: 4) == [ScoreRequest(ids: [257, 5], from: 1)])
  }

  @Test(
    "Words are counted as Python's re.split counts them",
    arguments: [("", 1), ("a b", 2), (" a  b\n", 4), ("a\u{1C}b", 2)])
  func words(text: String, count: Int) {
    #expect(text.whitespaceSeparatedCount == count)
  }

  @Test("A metric has the mean and the standard error of its scores")
  func metric() {
    let metric = Metric.mean("acc", [1, 0, 1, 1])
    #expect(metric.value == 0.75)
    #expect(abs(metric.standardError! - 0.25) < 1e-15)
    #expect(Metric.mean("acc", [1]).standardError == nil)
  }

  @Test("Top-p keeps the id that crosses the threshold")
  func topP() {
    let logits = [0.5, 0.3, 0.15, 0.05].map { Float(log($0)) }
    func drawn(_ topP: Double) -> Set<Int32> {
      Set(
        (0..<400).map {
          Sampling(temperature: 1, topP: topP, seed: 1, sample: $0).choose(from: logits, position: 3)
        })
    }
    #expect(drawn(0.4) == [0])
    #expect(drawn(0.6) == [0, 1])
    #expect(drawn(1) == [0, 1, 2, 3])
    #expect(Sampling.greedy.choose(from: [1, 3, 3], position: 0) == 1)
  }

  @Test("Tokens are drawn with their probabilities")
  func draws() {
    let logits = [0.7, 0.2, 0.1].map { Float(log($0)) }
    let draws = (0..<4000).map {
      Sampling(temperature: 1, topP: 1, seed: 9, sample: $0).choose(from: logits, position: 1)
    }
    // Five standard deviations of a share of 0.7 in 4000 draws.
    #expect(abs(Double(draws.count { $0 == 0 }) / 4000 - 0.7) < 5 * (0.7 * 0.3 / 4000).squareRoot())
  }
}
