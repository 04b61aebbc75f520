import Evaluations
import Foundation
import Jobs

extension RecordedSample {
  /// What no run writes: samples that were changed since would give wrong numbers.
  var contradiction: SampleContradiction? {
    if let wrong = numbers.first(where: { !$0.allowed.contains($0.found) }) {
      return .number(key: wrong.key, found: wrong.found, allowed: wrong.allowed)
    }
    for (request, exchange) in exchanges.enumerated() {
      if let found = exchange.contradiction(request) { return found }
    }
    guard let sums = logLikelihoods, let recordedSums else { return nil }
    guard sums.count == recordedSums.count else {
      return .number(
        key: "log_likelihoods", found: recordedSums.count, allowed: sums.count...sums.count)
    }
    for (request, (sum, recorded)) in zip(sums, recordedSums).enumerated()
    where !Self.agree(sum, recorded) {
      return .sum(request: request, sum, recorded: recorded)
    }
    return nil
  }

  private var numbers: [(key: String, found: Int, allowed: ClosedRange<Int>)] {
    var numbers = [
      ("doc_id", document, 0...Int.max), ("truncated", counts.truncated, 0...exchanges.count),
      ("merged", counts.merged, 0...exchanges.count), ("tied", counts.tied, 0...1),
      ("without_system", counts.withoutSystem, 0...Int.max), ("empty", counts.empty, 0...Int.max),
      ("unlabelled", counts.unlabelled, 0...1),
      ("unfinished_thoughts", counts.unfinishedThoughts, 0...exchanges.count),
    ]
    guard let choices else { return numbers }
    numbers.append(("choices", choices, 0...Int.max))
    for index in (chosen.map { [$0] } ?? []) { numbers.append(("chosen", index, 0...max(choices - 1, 0))) }
    for index in right ?? [] { numbers.append(("right", index, 0...max(choices - 1, 0))) }
    return numbers
  }

  /// Sums in another order than they were written in differ by their last digits.
  private static func agree(_ sum: Double, _ recorded: Double?) -> Bool {
    guard let recorded, sum.isFinite else { return recorded == nil && !sum.isFinite }
    return abs(sum - recorded) <= 1e-6 * max(1, abs(sum))
  }
}

extension RecordedExchange {
  /// More than the difference of two float32 logits of some dozens can err by.
  private static let rounding: Float = 1e-4

  fileprivate func contradiction(_ index: Int) -> SampleContradiction? {
    if let token = response.logProbabilities.firstIndex(where: { $0 > Self.rounding }) {
      return .positive(request: index, token: token, response.logProbabilities[token])
    }
    switch (request, response) {
    case (_, .score(let scores)):
      let half = log(Float(0.5)) + Self.rounding
      guard let token = scores.firstIndex(where: { !$0.isGreedy && $0.logProbability > half }) else {
        return nil
      }
      return .argmax(request: index, token: token, scores[token].logProbability)
    case (.generate(let request), .generation(let generation)):
      return Self.contradiction(index, request, generation)
    default: return nil
    }
  }

  private static func contradiction(
    _ index: Int, _ request: GenerateRequest, _ generation: Generation
  ) -> SampleContradiction? {
    let count = generation.ids.count
    if !generation.isText, count != generation.logProbabilities.count {
      return .tokens(request: index, count: count, logProbabilities: generation.logProbabilities.count)
    }
    if !generation.fits(request.limit) { return .limit(request: index, count: count, limit: request.limit) }
    if let stop = generation.stop, !request.stops.contains(stop) { return .stop(request: index, Int(stop)) }
    return nil
  }
}
