import Sharding
import TensorCore

/// The feed-forward half of a gated block: activation(rows · gate) ⊙ (rows · up), narrowed.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `gate_proj`, `up_proj` `[hidden, width]`, `down_proj` `[width, hidden]`.
/// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 6.
struct GatedFeedForward: Sendable {
  private enum Gate: Sendable {
    /// Gate and up in one product.
    case joined(PackedMatrix)
    /// With biases, which the joined product has no place for.
    case apart(gate: Projection, up: Projection)
  }

  private let gate: Gate
  private let down: Projection
  private let activation: Activation

  init(
    _ shape: DecoderShape, activation: Activation, bias: Bool = false, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    self.activation = activation
    func projection(_ name: String, from input: ParameterAxis, to output: ParameterAxis) -> Projection {
      Projection([name: output], from: input, bias: bias, mode: mode, parameters: parameters)
    }
    if bias {
      gate = .apart(
        gate: projection("gate_proj", from: shape.embedAxis, to: shape.hiddenAxis),
        up: projection("up_proj", from: shape.embedAxis, to: shape.hiddenAxis))
    } else {
      let weights = ["gate_proj", "up_proj"].map { name in
        parameters.scoped(to: name).parameter(
          "weight", [shape.hiddenAxis, shape.embedAxis], initializer: .normal(deviation: 0.02)
        ).tensor
      }
      let fit = weights.allSatisfy { $0.count > 0 }  // else the reader knows what did not
      let pair = fit ? weights : [Tensor(zeros: [1, 1]), Tensor(zeros: [1, 1])]
      gate = .joined(PackedMatrix(gate: pair[0], up: pair[1], orientation: .outputsByInner, mode: mode))
    }
    down = projection("down_proj", from: shape.hiddenAxis, to: shape.embedAxis)
  }

  /// - Parameter residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: Pass, adding residual: Tensor?) throws -> Tensor {
    let hidden: Tensor
    switch gate {
    case .joined(let matrix): hidden = matrix.gated(rows, activation: activation)
    case .apart(let gate, let up):
      let (gated, raised) = (try gate(rows, pass), try up(rows, pass))
      hidden = activation == .silu ? gated.siluGated(raised) : gated.geluGated(raised)
    }
    return try down(hidden, pass, adding: residual)
  }
}

/// The feed-forward half of a plain block: widen, activate, narrow.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
struct PlainFeedForward: Sendable {
  let widen: Projection
  let narrow: Projection
  let activation: Activation

  /// - Parameter residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: Pass, adding residual: Tensor?) throws -> Tensor {
    try narrow(try widen(rows, pass, activation: activation), pass, adding: residual)
  }
}
