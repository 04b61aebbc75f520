import Evaluations
import Foundation
import Templating

/// Which choice is likelier than the others, by every measure at once.
///
/// A choice without a token has no likelihood and is never chosen. A label that names no choice makes every answer wrong,
/// as lm-evaluation-harness has it, and is counted.
///
/// - Source: lm-evaluation-harness 0.4.13, `ConfigurableTask.process_results`.
struct ChoiceScorer: Sendable {
  let choices: [String]
  let right: TemplateValue
  let metrics: [String]
  let filters: [String]
  let custom: ResultFunction?
  let document: TemplateDictionary
  let counts: Counts

  /// - Parameter scores: Of each choice's tokens; twice as many where each was asked without its context too.
  func callAsFunction(_ scores: [[TokenScore]]) throws -> SampleOutcome {
    let count = choices.count
    let sums = scores.map { $0.isEmpty ? -.infinity : $0.logLikelihood }
    let conditional = Array(sums.prefix(count))
    let labels = ChoiceLabels(right, of: choices)
    var counts = counts
    if let best = conditional.max(), conditional.count(where: { $0 == best }) > 1 { counts.tied += 1 }
    if custom == nil, labels.areAstray { counts.unlabelled += 1 }
    var contents = [(metric: String, SampleValue.Content)]()
    if let custom {
      let answers = zip(conditional, scores).map { (logLikelihood: $0, isGreedy: $1.isGreedy) }
      contents = try custom(document, .scores(answers))
    } else {
      contents = try metrics.map { ($0, try value(of: $0, sums, scores, labels.indices)) }
      // Every measure of the same answers, so that none has to be asked for in another run.
      for extra in ["acc", "acc_norm", "acc_bytes", "acc_token"] where !metrics.contains(extra) {
        contents.append((extra, try value(of: extra, sums, scores, labels.indices)))
      }
    }
    let values = filters.flatMap { filter in
      contents.map { SampleValue($0.metric, filter: filter, $0.1) }
    }
    return SampleOutcome(
      score: values.first?.content.plainNumber ?? 0, values: values,
      // What guessing would score by another rule is not known.
      choice: custom == nil
        ? Choice(count: count, right: labels.named, chosen: chosen(sums, scores)) : nil, counts: counts)
  }

  /// By the task's first metric where that is a measure of choices, else by the log-likelihoods.
  private func chosen(_ sums: [Double], _ scores: [[TokenScore]]) -> Int? {
    let measured = metrics.first.flatMap { worths(by: $0, sums, scores) }
    return (measured ?? Array(sums.prefix(choices.count))).firstIndexOfMaximum
  }

  /// What each choice is worth by a measure that takes the greatest; `nil` for another metric.
  private func worths(by metric: String, _ sums: [Double], _ scores: [[TokenScore]]) -> [Double]? {
    let conditional = Array(sums.prefix(choices.count))
    switch metric {
    case "acc": return conditional
    case "acc_norm": return zip(conditional, choices).map { $0 / Double($1.unicodeScalars.count) }
    case "acc_bytes": return zip(conditional, choices).map { $0 / Double($1.utf8.count) }
    case "acc_token": return zip(conditional, scores).map { $0 / Double(max($1.count, 1)) }
    case "acc_mutual_info":
      // A choice without a token has none without its context either: -∞, not -∞ + ∞.
      return zip(conditional, sums.dropFirst(choices.count)).map { $0 == -.infinity ? $0 : $0 - $1 }
    default: return nil
    }
  }

  private func value(
    of metric: String, _ sums: [Double], _ scores: [[TokenScore]], _ golds: [Int]
  ) throws -> SampleValue.Content {
    let conditional = Array(sums.prefix(choices.count))
    if let worths = worths(by: metric, sums, scores) {
      return .number(worths.firstIndexOfMaximum.map(golds.contains) == true ? 1 : 0)
    }
    switch metric {
    case "exact_match":
      return .number(golds.contains { scores.indices.contains($0) && scores[$0].isGreedy } ? 1 : 0)
    case "brier_score":
      return .distribution(gold: golds.first ?? -1, probabilities: conditional.softmax)
    case "f1", "mcc":
      return .labels(
        gold: golds.first ?? ChoiceLabels.nowhere,
        predicted: conditional.firstIndexOfMaximum ?? ChoiceLabels.nowhere)
    default: throw TaskError(.metric(metric))
    }
  }
}

extension [TokenScore] {
  /// Whether there are tokens and each was the likeliest.
  fileprivate var isGreedy: Bool { !isEmpty && allSatisfy(\.isGreedy) }
}

extension [Double] {
  /// As numpy's `argmax`: the first of equals, and the first that is not a number before all. `nil` where all are minus
  /// infinity, so that there is nothing to choose.
  var firstIndexOfMaximum: Int? {
    if let undefined = firstIndex(where: \.isNaN) { return undefined }
    return self.max().flatMap { $0 == -.infinity ? nil : firstIndex(of: $0) }
  }

  /// Probabilities from log-likelihoods; all zero where every one is minus infinity.
  var softmax: [Double] {
    let best = self.max() ?? 0
    guard best > -.infinity else { return map { _ in 0 } }
    let weights = map { exp($0 - best) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

extension SampleValue.Content {
  /// One number for a caller who wants just one; 0 where a ratio has nothing below its line.
  var plainNumber: Double {
    switch self {
    case .number(let number): number
    case .ratio(let sum, let weight): weight == 0 ? 0 : exp(-sum / weight)
    case .labels(let gold, let predicted): gold == predicted && gold != ChoiceLabels.nowhere ? 1 : 0
    case .distribution(let gold, let probabilities):
      probabilities.indices.contains(gold) ? probabilities[gold] : 0
    case .texts(let references, let answers): answers.first.map(references.contains) == true ? 1 : 0
    case .numbers(let numbers): numbers.isEmpty ? 0 : numbers.reduce(0, +) / Double(numbers.count)
    case .python: if case .number(let number) = taken(by: .mean) { number } else { 0 }
    }
  }
}
