import Basics
import Evaluations
import Foundation
import Runs

extension RecordedSample {
  /// Whether a text was scored as a whole, so that nothing is right or wrong.
  var isWholeText: Bool {
    guard arguments.count == 1, generated.isEmpty, logLikelihoods != nil, answers.isEmpty else {
      return false
    }
    return arguments[0].count < 2
  }

  /// What would have been right, where it is a text.
  var expected: String? {
    switch target {
    case .text(let text): text
    case .index(let index):
      arguments.indices.contains(index) ? arguments[index].last : "\(index)"
    case .other: nil
    }
  }

  /// How far what is right lies from what was chosen, or from what would have been chosen, as a sentence.
  var margin: String? {
    guard let sums = logLikelihoods else { return nil }
    guard let chosen, let right, sums.indices.contains(chosen) else { return continuation(sums) }
    let rivals = sums.prefix(choices ?? sums.count).enumerated().filter { $0.offset != chosen }
    func nats(_ number: Double) -> String { String(format: "%.3f nats", number) }
    if right.contains(chosen) {
      guard let next = rivals.filter({ !right.contains($0.offset) }).map(\.element).max() else { return nil }
      return "right by \(nats(sums[chosen] - next))"
    }
    guard let best = right.filter(sums.indices.contains).map({ sums[$0] }).max() else {
      return "no choice is right"
    }
    let difference = sums[chosen] - best
    return difference >= 0
      ? "wrong by \(nats(difference))"
      : "wrong by the length-normalised measure of the score; the right one is ahead by \(nats(-difference)) in all"
  }

  /// How probable the one continuation or text is.
  private func continuation(_ sums: [Double]) -> String? {
    guard arguments.count == 1 else { return nil }
    let tokens = exchanges.reduce(0) { $0 + $1.response.logProbabilities.count }
    let sum = sums.reduce(0, +)
    let start = "log-likelihood \(String(format: "%.3f", sum)) nats over \(tokens) tokens"
    guard arguments[0].count == 2, let score = exchanges.first?.response, case .score(let scores) = score
    else {
      return start
    }
    let greedy = scores.count { $0.isGreedy }
    return "\(start); \(greedy) of them are the likeliest token at their place"
  }

  /// What the model answered, with what it is worth.
  var answerJSON: JSONValue {
    .object([
      ("score", .number(score)), ("chosen", chosen.map(JSONValue.integer) ?? .null),
      ("log_likelihoods", logLikelihoods.map { .list($0.map(JSONValue.number)) } ?? .null),
      ("generated", .list(generated.map(JSONValue.text))),
      ("answers", .object(answers.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
    ])
  }
}
