import Foundation
import Sharding
import TensorCore

/// A plain feed-forward half whose activation is learned: a parabola above zero, an exponential below.
///
///     x > 0   a x² + b x             a = softplus(alpha_p)
///     else    c (eᵘ − 1 − x) + b x   c = b + softplus(alpha_n), u = min(x, eps)
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `up_proj`, `down_proj`, `act_fn/{alpha_p,alpha_n}` `[1]`, and the constants
///   `act_fn/{beta,eps}` `[]` where the files have them.
/// - Source: Huang and Schlag 2025, *Deriving Activation Functions Using Integration*, §4.
struct XIELUFeedForward: FeedForward {
  private let upProjection: Linear
  private let downProjection: Linear
  /// a, b, c and eps.
  private let above: Float
  private let slope: Float
  private let below: Float
  private let limit: Float

  init(
    upProjection: Linear, downProjection: Linear, hasConstants: Bool, parameters: ParameterReader
  ) {
    self.upProjection = upProjection
    self.downProjection = downProjection
    func number(_ name: String, _ shape: [Int], _ fallback: Float) -> Float {
      let read = parameters.parameter(name, shape, initializer: .zeros).tensor
      return read.count == 0 ? fallback : read.converted(to: .float32).floats[0]
    }
    func softplus(_ x: Float) -> Float { Float(max(Double(x), 0) + log1p(exp(-abs(Double(x))))) }
    slope = hasConstants ? number("beta", [], 0.5) : 0.5
    limit = hasConstants ? number("eps", [], -1e-6) : -1e-6
    above = softplus(number("alpha_p", [1], 0))
    below = slope + softplus(number("alpha_n", [1], 0))
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    try pass.requireUnrecorded("of a learned activation")
    var hidden = try upProjection(rows, pass)
    hidden.withMutableElements { elements in
      for index in elements.indices { elements[index] = activated(elements[index]) }
    }
    return try downProjection(hidden, pass, adding: residual)
  }

  private func activated(_ x: Float) -> Float {
    x > 0 ? above * x * x + slope * x : (expm1(min(x, limit)) - x) * below + slope * x
  }
}
