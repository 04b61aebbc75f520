import Sharding
public import TensorCore

/// How a block of a ``ComposedDecoder`` joins its halves.
public struct BlockPlan: Sendable {
  /// The order of the halves.
  public enum Order: Sendable {
    /// The feed-forward half reads what attention gave.
    case sequential
    /// Both read the same rows, normalised by themselves or, without a second norm, once for both.
    case parallel
    /// As sequential, but what a half is added to is normalised, and not what it reads.
    case normAfterSum
  }

  public var order = Order.sequential
  /// Norms by their names; `nil` where there is none.
  public var beforeAttention: String? = "input_layernorm"
  public var afterAttention: String?
  public var beforeFeedForward: String? = "post_attention_layernorm"
  public var afterFeedForward: String?
  /// A factor on what is added to the residual stream.
  public var residualScale: Float = 1
  /// Whether halves are added to the rows that they read, after their norm.
  public var addsToNormalized = false

  public init() {}

  /// Each half normalises what it adds, and not what it reads.
  ///
  /// - Source: Team OLMo 2024, *2 OLMo 2 Furious*, §2.1.
  mutating func normalizeAfter() {
    (beforeAttention, afterAttention) = (nil, "post_attention_layernorm")
    (beforeFeedForward, afterFeedForward) = (nil, "post_feedforward_layernorm")
  }
}

/// What one layer of a ``ComposedDecoder`` does by itself.
public struct LayerPlan: Sendable {
  /// How many positions a row sees; `nil` for all.
  public var window: Int?
  /// At whose multiples positions are cut, so that a row sees its own piece only; `nil` for all.
  public var chunk: Int?
  /// `nil` without rotary positions.
  public var rotary: RotarySettings?
  /// How queries grow with their position; `nil` where they do not.
  public var temperature: GroupedAttention.TemperatureScaling?
  /// Whether a mixture of experts takes the place of the feed-forward half.
  var isMixture = false

  public init(window: Int? = nil, rotary: RotarySettings? = nil) {
    self.window = window
    self.rotary = rotary
  }
}

/// The attention of a ``ComposedDecoder``.
public struct AttentionPlan: Sendable {
  /// Norms of queries and keys.
  public enum HeadNorm: Sendable {
    /// Each head by itself; gains that all heads share.
    case each(Norm.Kind, names: (query: String, key: String) = ("q_norm", "k_norm"))
    /// Each head by itself, a layer norm with gains of its own.
    case eachItsOwn
    /// All heads together.
    case all
    /// Each head by itself without gains, in layers with rotary positions.
    case unit
  }

  /// The path of the attention below a block; `nil` where its parameters lie at the block.
  public var name: String? = "self_attn"
  public var query = "q_proj"
  public var key = "k_proj"
  public var value = "v_proj"
  public var output = "o_proj"
  /// A map to what the joined heads are gated by; `nil` without.
  public var gate: String?
  public var bias = false
  public var outputBias = false
  /// The factor on the products of queries and keys; `nil` for 1 / √(head width).
  public var scale: Float?
  public var headNorm: HeadNorm?
  /// The epsilon of those norms, where it is not that of the others.
  public var headEpsilon: Double?
  public var normalizesRotated = false
  public var clip: Float?
  public var softcap: Float?
  public var positionBias: PositionBias?
  /// Whether each head has a sink, a score that takes a share of the softmax and has no value: `sinks` `[heads]`.
  var hasSinks = false

  public init() {}

  func make(
    _ settings: ComposedDecoder.Configuration, _ layer: LayerPlan, rotary: RotaryTable?,
    parameters: ParameterReader
  ) -> GroupedAttention {
    let (shape, mode) = (settings.shape, settings.types.activation.mode)
    let own = parameters.scoped(along: name)
    var rules = GroupedAttention.Rules(headWidth: shape.headWidth, window: layer.window, rotary: rotary)
    rules.scale = scale ?? rules.scale
    rules.headNorms = headNorms(
      shape, epsilon: headEpsilon ?? settings.epsilon, isRotated: rotary != nil, parameters: own)
    rules.normalizesRotated = normalizesRotated
    (rules.clip, rules.softcap, rules.bias) = (clip, softcap, positionBias)
    (rules.chunk, rules.temperature) = (layer.chunk, layer.temperature)
    if hasSinks {
      rules.sinks =
        own.parameter("sinks", [.init(.attention, shape.heads)], initializer: .zeros).tensor
    }
    rules.gate = gate.map { name in
      Linear([name: shape.queryAxis], from: shape.embedAxis, bias: bias, mode: mode, parameters: own)
    }
    return GroupedAttention(
      rules, shape: shape,
      qkvProjection: Linear(
        [query: shape.queryAxis, key: shape.keyAxis, value: shape.keyAxis], from: shape.embedAxis, bias: bias,
        mode: mode, parameters: own),
      outputProjection: Linear(
        [output: shape.embedAxis], from: shape.joinedAxis, bias: outputBias, mode: mode, parameters: own))
  }

  private func headNorms(
    _ shape: DecoderShape, epsilon: Double, isRotated: Bool, parameters: ParameterReader
  ) -> HeadNorms? {
    switch headNorm {
    case .each(let kind, let names):
      .each(kind, of: shape, names: names, epsilon: epsilon, parameters: parameters)
    case .eachItsOwn: .eachItsOwn(of: shape, epsilon: epsilon, parameters: parameters)
    case .all: .all(of: shape, epsilon: epsilon, parameters: parameters)
    case .unit: isRotated ? .unit(of: shape, epsilon: epsilon) : nil
    case nil: nil
    }
  }
}

/// The feed-forward half of a ``ComposedDecoder``.
public struct FeedForwardPlan: Sendable {
  /// The path of the half below a block; `nil` where its parameters lie at the block.
  public var name: String? = "mlp"
  /// `nil` without a gate.
  public var gate: String? = "gate_proj"
  public var up = "up_proj"
  public var down = "down_proj"
  public var bias = false
  public var activation = Activation.silu
  /// A factor on what the activation of a gate reads.
  public var gateFactor: Float = 1
  /// Whether the activation of a half without a gate is learned, and whether the files hold its constants.
  var learned: (isLearned: Bool, hasConstants: Bool) = (false, false)

  public init() {}

  /// A half without a gate.
  public static func plain(
    _ name: String?, _ up: String, _ down: String, bias: Bool, activation: Activation
  ) -> FeedForwardPlan {
    var plan = FeedForwardPlan()
    (plan.name, plan.gate, plan.up, plan.down) = (name, nil, up, down)
    (plan.bias, plan.activation) = (bias, activation)
    return plan
  }

  func make(_ shape: DecoderShape, mode: ComputeMode, parameters: ParameterReader) -> any FeedForward {
    let own = parameters.scoped(along: name)
    let downProjection = Linear(
      [down: shape.embedAxis], from: shape.hiddenAxis, bias: bias, mode: mode, parameters: own)
    guard let gate else {
      if learned.isLearned {
        return XIELUFeedForward(
          upProjection: Linear(
            [up: shape.hiddenAxis], from: shape.embedAxis, bias: bias, mode: mode, parameters: own),
          downProjection: downProjection, hasConstants: learned.hasConstants,
          parameters: own.scoped(to: "act_fn"))
      }
      return PlainFeedForward(
        upProjection: Linear(
          [up: shape.hiddenAxis], from: shape.embedAxis, bias: bias, mode: mode, parameters: own),
        downProjection: downProjection, activation: activation)
    }
    let upProjection = Linear(
      [gate: shape.hiddenAxis, up: shape.hiddenAxis], from: shape.embedAxis, bias: bias,
      isGated: gateFactor == 1, mode: mode, parameters: own)
    guard gateFactor == 1 else {
      return ScaledGateFeedForward(
        upProjection: upProjection, downProjection: downProjection, activation: activation,
        factor: gateFactor)
    }
    return GatedFeedForward(
      upProjection: upProjection, downProjection: downProjection, activation: activation)
  }
}

extension ParameterReader {
  /// The reader below a path of several components, or this one.
  func scoped(along path: String?) -> ParameterReader {
    (path ?? "").split(separator: "/").reduce(self) { $0.scoped(to: String($1)) }
  }
}
