import Basics
public import Configurate
public import TensorCore
import Weights

/// Gemma 3, its text model: norms before and after each half, normalised heads, and most layers behind a window.
///
/// - Parameters in a checkpoint: `embed_tokens` (also the head), `layers/N/{input_layernorm,
///   self_attn/{q,k,v,o}_proj, self_attn/{q,k}_norm, post_attention_layernorm, pre_feedforward_layernorm,
///   mlp/{gate,up,down}_proj, post_feedforward_layernorm}`, `norm`; gains around zero.
/// - Source: Gemma Team 2025, *Gemma 3 Technical Report*, §2.
public struct Gemma3: Decoder, BackboneModel {
  /// The settings in a model's files; no user sets them.
  public struct Configuration: Settings {
    public var shape = DecoderShape()
    /// Of layers that see everything, and of those behind a window.
    public var globalRotary = RotarySettings(base: 1e6, width: 2, layout: .halfSplit, scaling: .none)
    public var localRotary = RotarySettings(base: 10_000, width: 2, layout: .halfSplit, scaling: .none)
    public var windows: [Int?] = [nil]
    /// Queries are divided by its square root.
    public var queryScalar = 256.0
    public var epsilon = 1e-6
    public var activation = Activation.geluTanh
    public var attentionBias = false
    public var tiedHead = true
    /// What is added to every gain: 1, or 0 where the files have it added already.
    public var gainOffset: Float = 1
    public var types = NumericTypes()
    public init() {}
  }

  public let stem: DecoderStem
  private let blocks: [GemmaBlock]

  public init(_ settings: Configuration, parameters: ParameterReader) {
    let shape = settings.shape
    stem = DecoderStem(
      shape, .init(head: settings.tiedHead ? nil : "lm_head"),
      norm: .rootMeanSquare(gainOffset: settings.gainOffset), epsilon: settings.epsilon,
      scale: Float(shape.width).squareRoot(), mode: settings.types.activation.mode, parameters: parameters)
    let (near, far) = (
      settings.localRotary.table(shape.blockSize), settings.globalRotary.table(shape.blockSize)
    )
    blocks = (0..<shape.layers).map { index in
      GemmaBlock(
        settings, window: settings.windows[index], rotary: settings.windows[index] == nil ? far : near,
        parameters: parameters.scoped(to: "layers").scoped(to: "\(index)"))
    }
  }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }

  public static var architecture: Architecture {
    Architecture(
      "gemma3_text", of: Self.self,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "num_key_value_heads": 4, "head_dim": 256,
        "query_pre_attn_scalar": 256, "sliding_window": 4096,
      ],
      settings: Configuration.init, types: \.types, gguf: dialect)
  }

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "gemma3",
      changing: [
        "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
        "post_ffw_norm": "post_feedforward_layernorm",
      ])
    dialect.hasLocalRotary = true
    dialect.settings["attention.sliding_window_pattern"] = "sliding_window_pattern"
    dialect.implied = { settings in
      // llama.cpp scales queries by the head's width, but for the model of 27 billion parameters.
      let isLargest = settings["block_count"]?.integer == 62
      guard let width = isLargest ? settings.widthPerHead : settings.headWidth else {
        throw settings.failure(.headWidth(nil))
      }
      return ["query_pre_attn_scalar": .integer(width)]
    }
    return dialect
  }
}

/// One block of ``Gemma3``.
private struct GemmaBlock: Sendable {
  private let attention: GroupedAttention
  private let feedForward: any FeedForward
  private let beforeAttention: Norm
  private let afterAttention: Norm
  private let beforeFeedForward: Norm
  private let afterFeedForward: Norm

  init(_ settings: Gemma3.Configuration, window: Int?, rotary: RotaryTable, parameters: ParameterReader) {
    let (shape, mode) = (settings.shape, settings.types.activation.mode)
    func norm(_ name: String) -> Norm {
      Norm(
        .rootMeanSquare(gainOffset: settings.gainOffset), width: shape.width, epsilon: settings.epsilon,
        parameters: parameters.scoped(to: name))
    }
    let own = parameters.scoped(to: "self_attn")
    var rules = GroupedAttention.Rules(headWidth: shape.headWidth, window: window, rotary: rotary)
    rules.scale = Float(1 / settings.queryScalar.squareRoot())
    rules.headNorms = .each(
      .rootMeanSquare(gainOffset: settings.gainOffset), of: shape, epsilon: settings.epsilon, parameters: own)
    attention = GroupedAttention(
      rules, shape: shape,
      qkvProjection: Linear(
        ["q_proj": shape.queryAxis, "k_proj": shape.keyAxis, "v_proj": shape.keyAxis], from: shape.embedAxis,
        bias: settings.attentionBias, mode: mode, parameters: own),
      outputProjection: Linear(
        ["o_proj": shape.embedAxis], from: shape.joinedAxis, bias: settings.attentionBias, mode: mode,
        parameters: own))
    feedForward = GatedFeedForward(
      shape, activation: settings.activation, mode: mode, parameters: parameters.scoped(to: "mlp"))
    beforeAttention = norm("input_layernorm")
    afterAttention = norm("post_attention_layernorm")
    beforeFeedForward = norm("pre_feedforward_layernorm")
    afterFeedForward = norm("post_feedforward_layernorm")
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    var attended = afterAttention(try attention(beforeAttention(rows), pass, layer: layer, adding: nil))
    attended.add(rows)
    var result = afterFeedForward(try feedForward(beforeFeedForward(attended), pass, adding: nil))
    result.add(attended)
    return result
  }
}

extension Gemma3.Configuration {
  /// Reads `config.json` of `gemma3_text`.
  init(_ description: ModelDescription) throws(ModelError) {
    self.init()
    shape = try description.decoderShape()
    let window = try description.window()
    let period = try description.integer("sliding_window_pattern", default: 6)
    // Without a window llama.cpp makes every layer global; transformers has no mask for a layer that slides.
    let slides = { (layer: Int) in (layer + 1) % period != 0 }
    if window == nil, description.layout == .hub, (0..<shape.layers).contains(where: slides) {
      guard description["layer_types"] != nil else { throw description.missing("sliding_window") }
    }
    windows = try description.windows(layers: shape.layers, window, isSliding: slides)
    globalRotary = try description.rotary(
      headWidth: shape.headWidth, blockSize: shape.blockSize, kind: "full_attention", defaultBase: 1e6)
    localRotary = try description.rotary(
      headWidth: shape.headWidth, blockSize: shape.blockSize, kind: "sliding_attention",
      base: "rope_local_base_freq")
    queryScalar = try description.number("query_pre_attn_scalar")
    epsilon = try description.number("rms_norm_eps")
    activation = try description.activation("hidden_activation", default: "gelu_pytorch_tanh")
    attentionBias = try description.bool("attention_bias", default: false)
    tiedHead = try description.tiesHead(default: true)
    gainOffset = description.layout == .gguf ? 0 : 1
    try description.refuse(
      "hidden_act", unless: description["hidden_activation"] ?? .text("gelu_pytorch_tanh"))
    try description.refuse("attn_logit_softcapping")
    try description.refuse("final_logit_softcapping")
    try description.refuse("use_bidirectional_attention", unless: .bool(false))
  }
}
