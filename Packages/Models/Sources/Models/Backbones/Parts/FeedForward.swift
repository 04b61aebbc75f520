import Sharding
public import TensorCore

/// The feed-forward half of a block: what each row becomes by itself.
///
/// A block holds `any FeedForward`, so that a mixture of experts can take the place of one network.
public protocol FeedForward: Sendable {
  /// - Shape: rows `[tokens, width]` in and out.
  /// - Parameter residual: What the result is added to, if anything, `[tokens, width]`.
  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor
}

/// The feed-forward half of a gated block: activation(rows · gate) ⊙ (rows · up), then down.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Parameters in a checkpoint: `gate_proj`, `up_proj` `[hidden, width]`, `down_proj` `[width, hidden]`.
/// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 6.
public struct GatedFeedForward: FeedForward {
  /// Gate and up side by side.
  private let upProjection: Linear
  private let downProjection: Linear
  private let activation: Activation

  /// - Parameters:
  ///   - bias: Whether the three projections have biases.
  ///   - parameters: A reader above `gate_proj`.
  public init(
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

  /// - Parameters:
  ///   - upProjection: Gate and up side by side, made with `isGated`.
  ///   - downProjection: `[tokens, hidden]` to `[tokens, width]`.
  public init(upProjection: Linear, downProjection: Linear, activation: Activation) {
    self.upProjection = upProjection
    self.downProjection = downProjection
    self.activation = activation
  }

  public func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    try downProjection(upProjection.gated(rows, pass, activation: activation), pass, adding: residual)
  }
}

/// The feed-forward half of a plain block: up, the activation, down.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
public struct PlainFeedForward: FeedForward {
  private let upProjection: Linear
  private let downProjection: Linear
  private let activation: Activation

  /// - Parameters:
  ///   - upProjection: `[tokens, width]` to `[tokens, hidden]`.
  ///   - downProjection: `[tokens, hidden]` to `[tokens, width]`.
  public init(upProjection: Linear, downProjection: Linear, activation: Activation) {
    self.upProjection = upProjection
    self.downProjection = downProjection
    self.activation = activation
  }

  public func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    try downProjection(try upProjection(rows, pass, activation: activation), pass, adding: residual)
  }
}

/// A gated half whose activation reads its gate times a factor.
///
/// - Source: Zuo et al. 2025, *Falcon-H1*, §3.2.
struct ScaledGateFeedForward: FeedForward {
  /// Gate and up side by side, made without `isGated`.
  let upProjection: Linear
  let downProjection: Linear
  let activation: Activation
  let factor: Float

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, adding residual: Tensor?) throws -> Tensor {
    try pass.requireUnrecorded("of a gate with a factor")
    var hidden = try upProjection(rows, pass)
    hidden.scaleColumns(
      0..<hidden.width / 2, by: Array(repeating: factor, count: hidden.rowCount))
    return try downProjection(hidden.halvesGated(by: activation), pass, adding: residual)
  }
}
