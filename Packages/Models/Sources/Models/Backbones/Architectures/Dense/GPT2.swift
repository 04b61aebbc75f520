import Basics
public import Configurate
import Sharding
public import TensorCore
import Weights

/// GPT-2: pre-norm blocks with biases everywhere, learned positions, a tied head.
///
/// - Parameters in a checkpoint: `wte`, `wpe`, `h/N/{ln_1, attn/{c_attn,c_proj}, ln_2, mlp/{c_fc,c_proj}}`, `ln_f`;
///   matrices `[input, output]`, in GGUF files `[output, input]`.
/// - Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, §2.3.
public struct GPT2: Decoder, BackboneModel {
  /// The settings in a model's files; no user sets them.
  public struct Configuration: Settings {
    public var shape = DecoderShape()
    public var epsilon = 1e-5
    public var activation = Activation.geluTanh
    public var tiedHead = true
    /// Whether products of queries and keys are divided by √(head width), and by the layer's number.
    public var scalesByWidth = true
    public var scalesByLayer = false
    public var layout = WeightLayout.hub
    public var types = NumericTypes()
    public init() {}
  }

  public let stem: DecoderStem
  private let blocks: [GPT2Block]

  public init(_ settings: Configuration, parameters: ParameterReader) {
    stem = DecoderStem(
      settings.shape,
      .init(tokens: "wte", positions: "wpe", norm: "ln_f", head: settings.tiedHead ? nil : "lm_head"),
      norm: .layer(), epsilon: settings.epsilon, mode: settings.types.activation.mode, parameters: parameters)
    blocks = (0..<settings.shape.layers).map { index in
      GPT2Block(settings, index: index, parameters: parameters.scoped(to: "h").scoped(to: "\(index)"))
    }
  }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }

  public static var architecture: Architecture {
    Architecture(
      "gpt2", of: Self.self, defaults: ["n_positions": 1024, "layer_norm_epsilon": 1e-5],
      settings: Configuration.init, types: \.types,
      hub: HubNames(prefix: "transformer."), gguf: .gpt("gpt2"))
  }
}

extension GGUFDialect {
  /// GPT-2's names, which other architectures of its kind share.
  ///
  /// - Parameter settings: Names of settings that it has besides.
  static func gpt(_ architecture: String, adding settings: [String: String] = [:]) -> GGUFDialect {
    GGUFDialect(
      architecture,
      settings: [
        "block_count": "n_layer", "context_length": "n_positions", "embedding_length": "n_embd",
        "feed_forward_length": "n_inner", "attention.head_count": "n_head",
        "attention.layer_norm_epsilon": "layer_norm_epsilon",
      ].merging(settings) { $1 },
      tensors: ["token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f", "output": "lm_head"],
      blockTensors: [
        "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
        "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
      ], blocks: "h", hasRotaryPositions: false)
  }
}

/// One block of ``GPT2``.
private struct GPT2Block: Sendable {
  private let attentionNorm: Norm
  private let attention: GroupedAttention
  private let feedForwardNorm: Norm
  private let feedForward: any FeedForward

  init(_ settings: GPT2.Configuration, index: Int, parameters: ParameterReader) {
    let shape = settings.shape
    func norm(_ name: String) -> Norm {
      Norm(.layer(), width: shape.width, epsilon: settings.epsilon, parameters: parameters.scoped(to: name))
    }
    func linear(_ group: String, _ name: String, from input: ParameterAxis, to output: ParameterAxis)
      -> Linear
    {
      Linear(
        [name: output], from: input, layout: settings.layout == .hub ? .convolution : .weight, bias: true,
        mode: settings.types.activation.mode, parameters: parameters.scoped(to: group))
    }
    var rules = GroupedAttention.Rules(headWidth: shape.headWidth)
    if !settings.scalesByWidth { rules.scale = 1 }
    if settings.scalesByLayer { rules.scale /= Float(index + 1) }
    let joined = ParameterAxis(.attention, 3 * shape.width, parts: 3, unit: shape.headWidth)
    attention = GroupedAttention(
      rules, shape: shape,
      qkvProjection: linear("attn", "c_attn", from: shape.embedAxis, to: joined),
      outputProjection: linear("attn", "c_proj", from: shape.joinedAxis, to: shape.embedAxis))
    feedForward = PlainFeedForward(
      upProjection: linear("mlp", "c_fc", from: shape.embedAxis, to: shape.hiddenAxis),
      downProjection: linear("mlp", "c_proj", from: shape.hiddenAxis, to: shape.embedAxis),
      activation: settings.activation)
    attentionNorm = norm("ln_1")
    feedForwardNorm = norm("ln_2")
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    let attended = try attention(attentionNorm(rows), pass, layer: layer, adding: rows)
    return try feedForward(feedForwardNorm(attended), pass, adding: attended)
  }
}

extension GPT2.Configuration {
  /// Reads `config.json` of `gpt2`.
  init(_ description: ModelDescription) throws(ModelError) {
    self.init()
    shape = try description.gptShape(
      width: ["n_embd"], layers: ["n_layer"], heads: ["n_head"], positions: ["n_positions"])
    epsilon = try description.number("layer_norm_epsilon", default: 1e-5)
    activation = try description.activation("activation_function", default: "gelu_new")
    scalesByWidth = try description.bool("scale_attn_weights", default: true)
    scalesByLayer = try description.bool("scale_attn_by_inverse_layer_idx", default: false)
    tiedHead = try description.tiesHead(default: true, embedding: "wte")
    layout = description.layout
    try description.refuse("add_cross_attention", unless: .bool(false))
  }
}
