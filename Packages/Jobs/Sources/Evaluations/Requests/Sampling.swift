import Foundation
import TensorCore

/// How the next id is chosen. Draws are keyed by seed, sample and position, so they do not depend on batching.
public struct Sampling: Sendable, Hashable {
  /// Zero chooses the most probable id.
  public var temperature: Double
  /// Top-p sampling: the next id is drawn from the fewest most probable ids whose probabilities sum to at least this.
  public var topP: Double
  public var seed: UInt64
  /// Distinguishes repeated requests for the same prompt.
  public var sample: UInt64

  public static let greedy = Sampling(temperature: 0, topP: 1, seed: 0, sample: 0)

  public init(temperature: Double, topP: Double, seed: UInt64, sample: UInt64) {
    self.temperature = temperature
    self.topP = topP
    self.seed = seed
    self.sample = sample
  }

  /// The ``sample`` of the `repetition`-th generation for a document.
  public static func sample(of document: Int, _ repetition: Int) -> UInt64 {
    UInt64(document) << 32 | UInt64(repetition)
  }

  /// Chooses an id from one row of logits.
  ///
  /// - Parameter position: The position of the new token in its sequence.
  func choose(from logits: [Float], position: Int) -> Int32 {
    guard temperature > 0 else { return Int32(argmax(logits)) }
    let key = RandomKey(seed: seed).folded(sample).folded(UInt64(position))
    return Int32(draw(from: logits, uniform: Double(key.uniforms(1)[0])))
  }

  private func draw(from logits: [Float], uniform: Double) -> Int {
    let largest = Double(logits[argmax(logits)])
    let weights = logits.map { exp((Double($0) - largest) / temperature) }
    guard topP < 1 else { return pick(Array(weights.indices), weights, uniform) }
    // Equal weights keep the order of their ids, so that the same ids are kept on every machine.
    var order = Descending(weights)
    let threshold = topP * weights.reduce(0, +)
    var sum = 0.0
    var kept: [Int] = []
    while kept.isEmpty || sum < threshold, let id = order.next() {
      sum += weights[id]
      kept.append(id)
    }
    return pick(kept, weights, uniform)
  }

  private func pick(_ ids: [Int], _ weights: [Double], _ uniform: Double) -> Int {
    let target = uniform * ids.reduce(0) { $0 + weights[$1] }
    var sum = 0.0
    for id in ids {
      sum += weights[id]
      if sum > target { return id }
    }
    return ids[ids.count - 1]
  }

  /// The index of the largest logit, the lowest of equals.
  private func argmax(_ logits: [Float]) -> Int {
    logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
  }
}
