import Foundation
public import Tokenization

/// Scores texts of any length, in windows of the model's block: whole, each token once, unless the context has other
/// ``TextWindows``.
///
/// The first window begins with the token that begins a text, or else with the one that ends one; each later window
/// begins with the last token of the one before; a short last window reaches back for a full block of context.
///
/// An empty text adds nothing to any sum, is counted as empty, and is not the one word that lm-evaluation-harness has it be.
///
/// - Source: lm-evaluation-harness 0.4.13, `loglikelihood_rolling`.
public struct TextEvaluation: Evaluation {
  public let name: String
  private let texts: [String]

  public init(name: String, texts: [String]) {
    self.name = name
    self.texts = texts
  }

  public var count: Int { texts.count }

  public func samples(of index: Int, in context: EvaluationContext) throws -> [Sample] {
    let text = texts[index]
    let requests = try context.windows.requests(
      of: text, named: name, context.tokenizer, length: context.blockSize)
    let record = { @Sendable in SampleRecord.whole(text) }
    return [
      Sample(index, requests.map(Request.score), record: record) { responses in
        let scores = responses.flatMap(\.tokenScores)
        let loss = scores.negativeLogLikelihood
        return SampleOutcome(
          score: perplexity(loss, tokens: scores.count),
          values: [
            SampleValue("byte_perplexity", .ratio(-loss, over: Double(text.utf8.count))),
            SampleValue(
              "word_perplexity",
              .ratio(-loss, over: text.isEmpty ? 0 : Double(text.whitespaceSeparatedCount))),
            SampleValue("perplexity", .ratio(-loss, over: Double(scores.count))),
          ], counts: Counts(asked: requests.count, empty: requests.isEmpty ? 1 : 0),
          intermediates: requests.map(Intermediate.init))
      }
    ]
  }

  /// The requests that score each of `ids` once, from `prefix` on.
  public static func windows(_ ids: [Int32], prefix: Int32, length: Int) -> [ScoreRequest] {
    let whole = [prefix] + ids
    return stride(from: 1, to: whole.count, by: length).map { first in
      let end = min(first + length, whole.count)
      let begin = max(end - length - 1, 0)
      return ScoreRequest(ids: Array(whole[begin..<end]), from: first - begin)
    }
  }

  public func forEachText(_ body: (String) -> Void) { texts.forEach(body) }

  public func reasonNotToUse(_ option: EvaluationOption) -> String? {
    switch option {
    case .shots, .split: "it is a text, not a task with examples and splits"
    case .compat: "it is a text, no task, which another tool would score otherwise"
    case .python, .pythonTimeout, .code: "it is a text, not a task of a file that names programs"
    case .limit: count == 1 ? "it is one text, which is scored whole" : nil
    default: "it scores a text and asks for no answer"
    }
  }

  public func metrics(of outcomes: [SampleOutcome]) -> [Metric] {
    let bytes = Metric.ratioSums("byte_perplexity", of: outcomes)
    return [
      .perplexity("byte_perplexity", of: outcomes),
      Metric("bits_per_byte", -bytes.sum / bytes.weight / log(2), higherIsBetter: false),
      .perplexity("word_perplexity", of: outcomes), .perplexity("perplexity", of: outcomes),
    ]
  }
}

extension String {
  /// The number of maximal runs of white space, plus one: what Python's `re.split(r"\s+", text)` has for a length.
  public var whitespaceSeparatedCount: Int {
    var count = 1
    var inside = false
    for scalar in unicodeScalars {
      let isSpace = scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
      if isSpace, !inside { count += 1 }
      inside = isSpace
    }
    return count
  }
}

extension Tokenizer {
  /// What a model reads before a text: the token that begins one, or else the one that ends another.
  public var beginning: Int32 { bosToken ?? eotToken }
}
