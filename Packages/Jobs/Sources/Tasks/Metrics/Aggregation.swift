import Evaluations
import Foundation

/// How the values of all samples become one number.
enum Aggregation: String, Sendable, CaseIterable {
  case mean, median, nanmean, perplexity
  case weightedPerplexity = "weighted_perplexity"
  case bitsPerByte = "bits_per_byte"
  case f1
  case matthews = "matthews_corrcoef"
  case brier = "brier_score"

  /// Known by name to lm-evaluation-harness, and not to us.
  static let leftOut = ["bleu", "chrf", "chrf++", "ter", "bypass", "acc_all"]

  /// The number for these values; not a number where the values are not of the kind that this needs.
  func callAsFunction(_ values: [SampleValue.Content]) -> Double {
    guard !values.isEmpty else { return .nan }
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
    }
  }

  /// The standard error: s / √n for a mean, a bootstrap of 100 000 resamples for what has no formula, else none.
  ///
  /// - Source: lm-evaluation-harness 0.4.13, `stderr_for_metric`.
  func standardError(_ values: [SampleValue.Content], resamples: Int = 100_000) -> Double? {
    guard values.count > 1 else { return nil }
    switch self {
    case .mean: return Metric.mean("", values.map(\.number)).standardError
    case .weightedPerplexity, .bitsPerByte, .brier: return nil
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
