import Foundation
import Sharding
import TensorCore

/// A gated half of which most gates are zero: those below the quantile of a normal distribution with the mean and the
/// deviation of the row's gates.
///
///     activation(max(gate − mean − deviation · quantile, 0)) ⊙ up, then down
///
/// On shards mean and deviation are those of all ranks: two small all-reduces.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Source: `modeling_gemma3n.py` of `transformers` 5.24.
struct SparseFeedForward: FeedForward {
  /// Gate and up side by side, made without `isGated`.
  private let upProjection: Linear
  private let downProjection: Linear
  private let activation: Activation
  private let quantile: Double
  /// The width on all ranks.
  private let hidden: Int
  private let shards: Int
  private let path: String

  /// - Parameters:
  ///   - cut: Below which gates are zero, in deviations from their mean.
  ///   - parameters: A reader above `gate_proj`.
  init(
    _ shape: DecoderShape, cut: Double, activation: Activation, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    self.activation = activation
    (hidden, shards, path) = (shape.hidden, parameters.shards(of: .embedFF), parameters.path)
    quantile = cut
    upProjection = Linear(
      ["gate_proj": shape.hiddenAxis, "up_proj": shape.hiddenAxis], from: shape.embedAxis, bias: false,
      mode: mode, parameters: parameters)
    downProjection = Linear(
      ["down_proj": shape.embedAxis], from: shape.hiddenAxis, bias: false, mode: mode, parameters: parameters)
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    var hidden = try upProjection(rows, pass)
    let means = try sums(over: hidden, pass) { _, gate in gate }.map { $0 / Double(self.hidden) }
    let variances = try sums(over: hidden, pass) { row, gate in (gate - means[row]) * (gate - means[row]) }
      .map { $0 / Double(self.hidden) }
    let width = hidden.width
    hidden.withMutableElements { elements in
      for row in means.indices {
        let cut = Float(means[row] + variances[row].squareRoot() * quantile)
        for place in row * width..<row * width + width / 2 {
          elements[place] = max(elements[place] - cut, 0)
        }
      }
    }
    return try downProjection(hidden.halvesGated(by: activation), pass, adding: residual)
  }

  /// For each row the sum of a term over its gates, of all ranks, in float64 on each.
  private func sums(over hidden: Tensor, _ pass: ForwardPass, _ term: (_ row: Int, _ gate: Double) -> Double)
    throws -> [Double]
  {
    let width = hidden.width
    let own = hidden.withElements { elements in
      (0..<hidden.rowCount).map { row in
        var sum = 0.0
        for place in row * width..<row * width + width / 2 { sum += term(row, Double(elements[place])) }
        return sum
      }
    }
    guard shards > 1 else { return own }
    var sums = Tensor(own.map(Float.init), shape: [own.count])
    try pass.communicator.allReduce(&sums, named: path + " gates")
    return sums.floats.map(Double.init)
  }

  /// Below which a standard normal variable lies with a probability, found by bisection.
  static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
