import Evaluations
import Foundation
import Metrics

/// How the values of all samples become one number: by a name of lm-evaluation-harness.
enum Aggregation: String, Sendable, CaseIterable {
  case mean, median, nanmean, perplexity
  case weightedPerplexity = "weighted_perplexity"
  case bitsPerByte = "bits_per_byte"
  case f1
  case matthews = "matthews_corrcoef"
  case brier = "brier_score"
  case bleu, chrf, ter
  case chrfPlusPlus = "chrf++"
  /// What lm-evaluation-harness has for a task whose answers are only collected.
  case bypass

  /// The score of a corpus that this is.
  private func corpus(_ tokenizer: SegmentTokenizer) -> (any CorpusScore)? {
    switch self {
    case .bleu: BLEU(tokenizer)
    case .chrf: CharacterF()
    case .chrfPlusPlus: CharacterF(wordOrder: 2)
    case .ter: EditRate()
    default: nil
    }
  }

  /// Whether this takes pairs of a reference and an answer.
  var takesTexts: Bool { corpus(.v13a) != nil || self == .f1 || self == .matthews }

  /// The number for these values; not a number where the values are not of the kind that this needs.
  ///
  /// - Parameter tokenizer: How BLEU cuts words.
  func callAsFunction(_ values: [SampleValue.Content], tokenizer: SegmentTokenizer = .v13a) -> Double {
    guard !values.isEmpty else { return .nan }
    if let corpus = corpus(tokenizer) { return corpus.score(values.segments(corpus), at: values.indices) }
    switch self {
    case .mean: return Self.mean(values.map(\.number))
    case .median: return values.map(\.number).sorted()[values.count / 2]
    case .nanmean: return Self.mean(values.map(\.number).filter { !$0.isNaN })
    case .perplexity: return exp(-Self.mean(values.map(\.number)))
    case .weightedPerplexity: return exp(-Self.ratio(values))
    case .bitsPerByte: return -Self.ratio(values) / log(2)
    case .f1: return LabelPairs(values).f1(values.indices)
    case .matthews: return LabelPairs(values).matthews(values.indices)
    case .brier: return Self.mean(values.map(\.squaredDistance))
    case .bypass: return 999
    case .bleu, .chrf, .chrfPlusPlus, .ter: return .nan
    }
  }

  /// The standard error: s / √n for a mean, a bootstrap of 100 000 resamples for what has no formula, else none.
  ///
  /// Scores of texts are drawn 100 times, as there.
  ///
  /// - Source: lm-evaluation-harness 0.4.13, `stderr_for_metric`, `calculate_aggregate_metric`.
  func standardError(
    _ values: [SampleValue.Content], resamples: Int = 100_000, tokenizer: SegmentTokenizer = .v13a
  ) -> Double? {
    guard values.count > 1 else { return nil }
    if let corpus = corpus(tokenizer) {
      let segments = values.segments(corpus)
      return Bootstrap(resamples: min(resamples, 100)).standardError(of: values.count) {
        corpus.score(segments, at: $0)
      }
    }
    switch self {
    case .mean: return Metric.mean("", values.map(\.number)).standardError
    case .weightedPerplexity, .bitsPerByte, .brier, .bypass, .bleu, .chrf, .chrfPlusPlus, .ter: return nil
    case .perplexity:
      let numbers = values.map(\.number)
      let count = Double(numbers.count)
      return Bootstrap(resamples: resamples).standardError(of: values.count) { drawn in
        var sum = 0.0
        for index in drawn { sum += numbers[index] }
        return exp(-(sum / count))
      }
    case .median:
      let numbers = values.map(\.number)
      return Bootstrap(resamples: resamples).standardError(of: values.count) { drawn in
        drawn.map { numbers[$0] }.sorted()[drawn.count / 2]
      }
    case .nanmean:
      let numbers = values.map(\.number)
      return Bootstrap(resamples: resamples).standardError(of: values.count) { drawn in
        Self.mean(drawn.map { numbers[$0] }.filter { !$0.isNaN })
      }
    case .f1:
      let pairs = LabelPairs(values)
      return Bootstrap(resamples: resamples).standardError(of: values.count) { pairs.f1($0) }
    case .matthews:
      let pairs = LabelPairs(values)
      return Bootstrap(resamples: resamples).standardError(of: values.count) { pairs.matthews($0) }
    }
  }

  private static func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  private static func ratio(_ values: [SampleValue.Content]) -> Double {
    let (sum, weight) = values.ratioSums
    return sum / weight
  }
}

extension [SampleValue.Content] {
  /// The counts of each pair of texts; a sample without texts has none.
  fileprivate func segments(_ corpus: any CorpusScore) -> [[Double]] {
    map { content in
      guard case .texts(let references, let answers) = content, !references.isEmpty else {
        return corpus.statistics(of: "", references: [""])
      }
      return corpus.statistics(of: answers.first ?? "", references: references)
    }
  }
}

extension SampleValue.Content {
  fileprivate var number: Double { if case .number(let number) = self { number } else { .nan } }

  /// Of the probabilities from the truth, squared and summed over the choices.
  fileprivate var squaredDistance: Double {
    guard case .distribution(let gold, let probabilities) = self else { return .nan }
    return probabilities.enumerated().reduce(0) { sum, choice in
      let distance = choice.element - (choice.offset == gold ? 1 : 0)
      return sum + distance * distance
    }
  }
}
