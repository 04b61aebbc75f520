import Foundation
public import Sharding
public import TensorCore

/// Causal self-attention in which several query heads share one key and value head.
///
/// - Shape: rows `[tokens, width]` in and out.
/// - Source: Ainslie et al. 2023, *GQA: Training Generalized Multi-Query Transformer Models*, §2.2; Su et al. 2021,
///   *RoFormer*, §3.4.2.
public struct GroupedAttention: Sendable {
  /// What the architectures differ in.
  public struct Rules: Sendable {
    /// Elements of a head.
    public var headWidth: Int
    /// The factor on the products of queries and keys; 1 / √(head width) unless it is changed.
    public var scale: Float
    /// How many positions back a row sees, itself included; `nil` for all.
    public var window: Int?
    /// `nil` without rotary positions.
    public var rotary: RotaryTable?
    /// QK-norm: norms of queries and keys, before their rotary positions or after them.
    public var headNorms: HeadNorms?
    /// Whether ``headNorms`` come after rotary positions.
    public var normalizesRotated = false
    /// Positions are cut at its multiples, and a row sees its own piece only; `nil` for all.
    public var chunk: Int?
    /// A score for each query head of this rank that takes a share of the softmax and has no value, `[heads]`.
    public var sinks: Tensor?
    /// Attention temperature scaling by position; `nil` without.
    public var temperature: TemperatureScaling?
    /// What queries, keys and values are cut off at, on both sides of zero.
    public var clip: Float?
    /// Scores become softcap · tanh(score / softcap).
    public var softcap: Float?
    /// What is added to scores, of all heads.
    public var bias: PositionBias?
    /// A map of the rows to the joined heads, which are multiplied by its sigmoid; `nil` without.
    public var gate: Linear?

    /// Whether nothing is done that has no derivative.
    var isDifferentiable: Bool {
      chunk == nil && sinks == nil && temperature == nil && clip == nil && softcap == nil && bias == nil
        && gate == nil && headNorms?.isDifferentiable != false
    }

    public init(headWidth: Int, window: Int? = nil, rotary: RotaryTable? = nil) {
      self.headWidth = headWidth
      self.scale = 1 / Float(headWidth).squareRoot()
      self.window = window
      self.rotary = rotary
    }
  }

  /// Attention temperature scaling: a factor on queries that grows with the logarithm of the position p,
  /// 1 + scale · ln(1 + ⌊(p + first) / floor⌋).
  ///
  /// - Source: Nakanishi 2025, *Scalable-Softmax Is Superior for Attention*, eq. 3; Llama 4's reference code.
  public struct TemperatureScaling: Sendable, Equatable {
    public var floor: Double
    public var scale: Double
    /// What the first position counts as: 1 in Llama 4, 0 in Mistral's models.
    public var first: Double

    public init(floor: Double, scale: Double, first: Double = 1) {
      self.floor = floor
      self.scale = scale
      self.first = first
    }

    func factor(_ position: Int32) -> Float {
      Float(1 + scale * log1p(((Double(position) + first) / floor).rounded(.down)))
    }
  }

  private let rules: Rules
  /// Queries, keys and values behind each other.
  private let qkvProjection: Linear
  private let outputProjection: Linear
  private let queryWidth: Int
  private let keyWidth: Int

  /// - Parameters:
  ///   - qkvProjection: One map to queries, keys and values: three parts, or one that holds all.
  ///   - outputProjection: From the joined heads back to rows, over ``DecoderShape/joinedAxis``.
  public init(_ rules: Rules, shape: DecoderShape, qkvProjection: Linear, outputProjection: Linear) {
    self.rules = rules
    self.qkvProjection = qkvProjection
    self.outputProjection = outputProjection
    if qkvProjection.outputs.count == 3 {
      (queryWidth, keyWidth) = (qkvProjection.outputs[0], qkvProjection.outputs[1])
    } else {
      let (width, heads) = (qkvProjection.outputs.reduce(0, +), shape.heads + 2 * shape.keyHeads)
      (queryWidth, keyWidth) = (width * shape.heads / heads, width * shape.keyHeads / heads)
    }
  }

  /// - Shape: rows and residual `[tokens, width]`, result the same.
  /// - Parameters:
  ///   - layer: Which layer's keys and values of the cache these are, from 0.
  ///   - residual: What the result is added to, if anything.
  public func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int, adding residual: Tensor?) throws
    -> Tensor
  {
    if !rules.isDifferentiable { try pass.requireUnrecorded("of this architecture's attention") }
    var projected = try qkvProjection(rows, pass)
    let queries = 0..<queryWidth
    let keys = queryWidth..<queryWidth + keyWidth
    let values = keys.upperBound..<keys.upperBound + keyWidth
    let columns = AttentionColumns(queries: queries, keys: keys, values: values)
    if let clip = rules.clip { projected.clip(to: clip) }
    if !rules.normalizesRotated {
      try rules.headNorms?.normalize(&projected, columns, pass, headWidth: rules.headWidth)
    }
    if let rotary = rules.rotary {
      projected.rotate(
        columns: 0..<keys.upperBound, headWidth: rules.headWidth, by: rotary, at: pass.positions)
    }
    if rules.normalizesRotated {
      try rules.headNorms?.normalize(&projected, columns, pass, headWidth: rules.headWidth)
    }
    if let temperature = rules.temperature {
      projected.scaleColumns(queries, by: pass.positions.map(temperature.factor))
    }
    let modification = scoreModification(pass)
    pass.intermediates?.recordAttention(
      projected, columns, pass, layer: layer, scale: rules.scale, window: rules.window, chunk: rules.chunk,
      sinks: rules.sinks, modification: modification)
    var attended = projected.attending(
      columns, in: pass.pages, layer: layer, segments: pass.segments, stored: pass.stored,
      scale: rules.scale, window: rules.window, chunk: rules.chunk, sinks: rules.sinks,
      modification: modification)
    if let gate = rules.gate { attended = attended.sigmoidGated(by: try gate(rows, pass)) }
    return try outputProjection(attended, pass, adding: residual)
  }

  /// The soft cap and the bias of scores, of the heads of this rank.
  private func scoreModification(_ pass: ForwardPass) -> ScoreModification {
    let heads = queryWidth / rules.headWidth
    let own = rules.bias.map { bias in
      let first = bias.heads == heads ? 0 : pass.communicator.rank * heads
      return bias.heads(first..<first + heads)
    }
    return ScoreModification(softcap: rules.softcap, bias: own)
  }
}

extension DecoderShape {
  /// The axis of all query heads, `heads · headWidth`.
  public var queryAxis: ParameterAxis { .init(.attention, heads * headWidth, unit: headWidth) }
  /// The axis of all key heads, or of all value heads, `keyHeads · headWidth`.
  public var keyAxis: ParameterAxis {
    .init(.attention, keyHeads * headWidth, unit: headWidth, sharesUnits: true)
  }
  /// The axis of the joined heads on their way back to the residual stream, `heads · headWidth`.
  public var joinedAxis: ParameterAxis { .init(.embedOut, heads * headWidth, unit: headWidth) }
  /// The axis of the residual stream, `width`.
  public var embedAxis: ParameterAxis { .init(.embed, width) }
  /// The axis inside the feed-forward half, `hidden`.
  public var hiddenAxis: ParameterAxis { .init(.embedFF, hidden) }
}
