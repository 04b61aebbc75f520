import Sharding
import TensorCore

/// The feed-forward half of a gated block: activation(rows · gate) ⊙ (rows · up), narrowed.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `gate_proj`, `up_proj` `[hidden, width]`, `down_proj` `[width, hidden]`.
/// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 6.
struct GatedFeedForward: Sendable {
  /// Gate and up side by side.
  private let upProjection: Linear
  private let downProjection: Linear
  private let activation: Activation

  init(
    _ shape: DecoderShape, activation: Activation, bias: Bool = false, mode: ComputeMode,
    parameters: ParameterReader
  ) {
    self.activation = activation
    upProjection = Linear(
      ["gate_proj": shape.hiddenAxis, "up_proj": shape.hiddenAxis], from: shape.embedAxis, bias: bias,
      isGated: true, mode: mode, parameters: parameters)
    downProjection = Linear(
      ["down_proj": shape.embedAxis], from: shape.hiddenAxis, bias: bias, mode: mode, parameters: parameters)
  }

  /// - Parameter residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    try downProjection(upProjection.gated(rows, pass, activation: activation), pass, adding: residual)
  }
}

/// The feed-forward half of a plain block: upProjection, activate, downProjection.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
struct PlainFeedForward: Sendable {
  let upProjection: Linear
  let downProjection: Linear
  let activation: Activation

  /// - Parameter residual: What the result is added to, if anything.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    try downProjection(try upProjection(rows, pass, activation: activation), pass, adding: residual)
  }
}
