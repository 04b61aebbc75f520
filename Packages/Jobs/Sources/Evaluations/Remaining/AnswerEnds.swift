import Foundation

/// With which probability an answer ends at each length, from the answers so far.
///
/// At each length: the answers that ended there over those that came so far, the product-limit estimate (Kaplan and Meier,
/// 1958), in which answers under way count as far as they are. Where few came so far, it is drawn to a Weibull distribution,
/// fitted to the same answers, whose ends become rarer with the length or more frequent.
struct AnswerEnds {
  /// By length, in steps: the probability that an answer that has come there ends within the step.
  let probabilities: [Double]
  /// The same where the longest of several answers matters: there a share never ends, because models may repeat themselves,
  /// and an answer belongs to it the more probably, the more of the others had ended where it is. What is supposed
  /// before any is seen is none of twenty at least, and two at most.
  let probabilitiesOfLongest: (atMost: [Double], atLeast: [Double])

  /// - Parameters:
  ///   - limit: The most tokens of an answer.
  ///   - stride: How many tokens are a step.
  init(_ answers: Answers, limit: Int, stride: Int) {
    let steps = (limit + stride - 1) / stride
    var ends = [Double](repeating: 0, count: steps)
    var lives: [Life] = []
    for (length, count) in answers.ended {
      // One that was cut at the limit did not end by itself.
      if length < limit {
        ends[(max(length, 1) - 1) / stride] += Double(count)
      } else {
        lives.append(Life(length: Double(steps), count: Double(count)))
      }
    }
    lives += answers.underWay.values.map { Life(length: Double(min($0, limit)) / Double(stride), count: 1) }
    let fitted = Weibull(ends: ends, lives: lives)
    let probabilities = zip(ends, Self.atRisk(ends, lives)).enumerated().map { step, counts in
      (counts.0 + Self.weight * fitted.end(within: step)) / (counts.1 + Self.weight)
    }
    let cut = Double(answers.ended.reduce(0) { $0 + ($1.key < limit ? 0 : $1.value) })
    func ofLongest(supposed: Double) -> [Double] {
      let endless = (supposed + cut) / (20 + Double(answers.endedCount))
      var others = 1 - endless
      return probabilities.map { end in
        defer { others *= 1 - end }
        return others > 0 ? end * others / (endless + others) : end
      }
    }
    probabilitiesOfLongest = (ofLongest(supposed: 0), ofLongest(supposed: 2))
    self.probabilities = probabilities
  }

  /// By step: how many answers ended within it or went through it; in part, where one is under way there.
  private static func atRisk(_ ends: [Double], _ lives: [Life]) -> [Double] {
    var atRisk = ends
    for step in ends.indices.reversed().dropFirst() { atRisk[step] += atRisk[step + 1] }
    for life in lives {
      for step in ends.indices.prefix(Int(life.length.rounded(.up))) {
        atRisk[step] += life.count * min(life.length - Double(step), 1)
      }
    }
    return atRisk
  }

  /// No end before the limit.
  init(endlessUpTo limit: Int, stride: Int) {
    probabilities = Array(repeating: 0, count: (limit + stride - 1) / stride)
    probabilitiesOfLongest = (probabilities, probabilities)
  }

  /// How many answers the fitted distribution stands for.
  private static let weight = 2.0
}

/// Answers that were last seen without an end, and their length in steps.
private struct Life {
  var length: Double
  var count: Double
}

/// Lengths whose rate of ends at `t` is `shape / scale * (t / scale)^(shape - 1)`.
private struct Weibull {
  private var shape = 1.0
  private var scale = Double.infinity

  /// The distribution of the highest likelihood, with a shape near one, at which ends are as frequent at all lengths, unless
  /// the answers tell otherwise: its logarithm is normally distributed with a standard deviation of a quarter.
  ///
  /// - Parameter ends: By step: how many answers ended within it.
  init(ends: [Double], lives: [Life]) {
    let count = ends.reduce(0, +)
    guard count > 0 else { return }
    let ended = ends.indices.filter { ends[$0] > 0 }.map {
      (count: ends[$0], logarithm: log(Double($0) + 0.5))
    }
    let sum = ended.reduce(0) { $0 + $1.count * $1.logarithm }
    var best = -Double.infinity
    for tenth in -15...15 {
      let shape = exp(Double(tenth) / 10)
      let power =
        ended.reduce(0) { $0 + $1.count * exp(shape * $1.logarithm) }
        + lives.reduce(0) { $0 + $1.count * pow($1.length, shape) }
      let prior = 8 * log(shape) * log(shape)
      let likelihood = count * log(shape) + (shape - 1) * sum - count * log(power / count) - prior
      if likelihood > best { (best, self.shape, scale) = (likelihood, shape, pow(power / count, 1 / shape)) }
    }
  }

  /// The probability that an answer which has come to a step ends within it.
  func end(within step: Int) -> Double {
    -expm1(pow(Double(step) / scale, shape) - pow(Double(step + 1) / scale, shape))
  }
}
