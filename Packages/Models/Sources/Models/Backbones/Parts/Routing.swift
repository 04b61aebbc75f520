import Foundation

/// How rows choose their experts, and how much each of them counts.
///
/// - Source: Shazeer et al. 2017, *Outrageously Large Neural Networks*, §2.1; DeepSeek-AI 2024, *DeepSeek-V3 Technical
///   Report*, §2.1.2 (bias and groups); Liu et al. 2024, *GRIN*, §2 (the sparse mixer).
public struct Routing: Sendable, Equatable {
  /// What logits become.
  public enum Scores: Sendable, Equatable {
    /// Shares of all experts.
    case softmax
    /// Each expert by itself.
    case sigmoid
    /// Of the largest logit, and of the largest of the others: a softmax over those that are near it. Logits that are below
    /// the largest by more than twice the jitter, relatively, are not near.
    case sparseMixer(jitter: Double)
  }

  /// Experts in groups of equal size, of which a row chooses among the best groups only.
  public struct Groups: Sendable, Equatable {
    /// How many there are.
    public var count: Int
    /// How many a row chooses among.
    public var kept: Int
    /// Whether a group counts as its two best experts together, else as its best.
    public var addsTwo: Bool

    public init(count: Int, kept: Int, addsTwo: Bool) {
      self.count = count
      self.kept = kept
      self.addsTwo = addsTwo
    }
  }

  /// How many experts there are.
  public var experts: Int
  /// How many a row chooses.
  public var active: Int
  public var scores = Scores.softmax
  public var groups: Groups?
  /// Whether weights are divided by their sum.
  public var normalizes = true
  /// The least that they are divided by.
  public var leastSum = 1e-20
  /// What is added to the sum first.
  public var addedToSum = 0.0
  /// A factor on all weights.
  public var scale = 1.0

  public init(experts: Int, active: Int) {
    self.experts = experts
    self.active = active
  }

  /// The experts that a row chooses, best first, and their weights.
  ///
  /// In float64. Of equal scores the lower number is the better.
  ///
  /// - Parameters:
  ///   - logits: One an expert.
  ///   - correction: Added to scores when experts are chosen, and left out of weights; empty without one.
  func choice(_ logits: ArraySlice<Float>, correction: [Float]) -> (experts: [Int], weights: [Float]) {
    let logits = logits.map(Double.init)
    if case .sparseMixer(let jitter) = scores { return Self.mixed(logits, jitter) }
    let scores = scores == .softmax ? Self.softmax(logits) : logits.map { 1 / (1 + exp(-$0)) }
    var chosenBy = scores
    for (index, bias) in correction.enumerated() { chosenBy[index] += Double(bias) }
    let experts = Self.best(active, of: masked(chosenBy))
    let weights = experts.map { scores[$0] }
    let sum = normalizes ? max(weights.reduce(addedToSum, +), leastSum) : 1
    return (experts, weights.map { Float($0 / sum * scale) })
  }

  /// The scores, minus infinity outside the best groups.
  private func masked(_ scores: [Double]) -> [Double] {
    guard let groups else { return scores }
    let size = experts / groups.count
    let sums = (0..<groups.count).map { group in
      let own = Array(scores[group * size..<(group + 1) * size])
      return Self.best(groups.addsTwo ? 2 : 1, of: own).reduce(0) { $0 + own[$1] }
    }
    let kept = Set(Self.best(groups.kept, of: sums))
    return scores.enumerated().map { kept.contains($0 / size) ? $1 : -.infinity }
  }

  private static func best(_ count: Int, of scores: [Double]) -> [Int] {
    var left = Array(scores.indices)
    return (0..<min(count, scores.count)).map { _ in
      let place = left.indices.dropFirst().reduce(0) { scores[left[$1]] > scores[left[$0]] ? $1 : $0 }
      return left.remove(at: place)
    }
  }

  private static func softmax(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let shares = logits.map { exp($0 - largest) }
    let sum = shares.reduce(0, +)
    return shares.map { $0 / sum }
  }

  /// The two largest, each weighed among those near it.
  private static func mixed(_ logits: [Double], _ jitter: Double) -> (experts: [Int], weights: [Float]) {
    let experts = best(2, of: logits)
    let weights = experts.indices.map { place in
      let largest = logits[experts[place]]
      let near = logits.indices.filter { index in
        let distance = (largest - logits[index]) / max(abs(logits[index]), largest)
        return !experts[..<place].contains(index) && distance <= 2 * jitter
      }
      return Float(1 / near.reduce(0) { $0 + exp(logits[$1] - largest) })
    }
    return (experts, weights)
  }
}
