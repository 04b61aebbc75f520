import Basics
public import Configurate
public import TensorCore
import Weights

/// Llama 1 to 3, and what is built like it: SmolLM2, Mistral, InternLM 3.
///
/// Pre-norm blocks of grouped attention with rotary positions and a gated feed-forward half.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, self_attn/{q,k,v,o}_proj,
///   post_attention_layernorm, mlp/{gate,up,down}_proj}`, `norm`, and `lm_head` unless it is tied.
/// - Source: Touvron et al. 2023, *LLaMA*, §2.2; Grattafiori et al. 2024, *The Llama 3 Herd of Models*, §3.2; Jiang et
///   al. 2023, *Mistral 7B*, §2 (the window).
public struct Llama: Decoder, BackboneModel {
  /// The settings in a model's files; no user sets them.
  public struct Configuration: Settings {
    public var shape = DecoderShape()
    public var rotary = RotarySettings(base: 10_000, width: 2, layout: .halfSplit, scaling: .none)
    public var epsilon = 1e-6
    public var activation = Activation.silu
    /// Biases of queries, keys and values; of the attention's output; of the feed-forward half.
    public var qkvBias = false
    public var outputBias = false
    public var feedForwardBias = false
    public var tiedHead = false
    /// Per layer, how many positions a row sees; `nil` for all.
    public var windows: [Int?] = [nil]
    /// Whether query and key heads are normalised before they rotate (Qwen3).
    public var headNorms = false
    public var types = NumericTypes()
    public init() {}
  }

  public let stem: DecoderStem
  private let blocks: [PreNormBlock]

  public init(_ settings: Configuration, parameters: ParameterReader) {
    self.init(settings, parameters: parameters) { _, parameters in
      GatedFeedForward(
        settings.shape, activation: settings.activation, bias: settings.feedForwardBias,
        mode: settings.types.activation.mode, parameters: parameters.scoped(to: "mlp"))
    }
  }

  /// The same blocks with feed-forward halves of another kind, such as mixtures of experts.
  ///
  /// - Parameter makeFeedForward: Makes the half of a layer, numbered from 0, with a reader at the layer.
  public init(
    _ settings: Configuration, parameters: ParameterReader,
    feedForward makeFeedForward: (Int, ParameterReader) throws -> any FeedForward
  ) rethrows {
    let mode = settings.types.activation.mode
    stem = DecoderStem(
      settings.shape, .init(head: settings.tiedHead ? nil : "lm_head"), norm: .rootMeanSquare(),
      epsilon: settings.epsilon, mode: mode, parameters: parameters)
    let rotary = settings.rotary.table(settings.shape.blockSize)
    blocks = try (0..<settings.shape.layers).map { index in
      let own = parameters.scoped(to: "layers").scoped(to: "\(index)")
      return PreNormBlock(
        settings, index: index, rotary: rotary, feedForward: try makeFeedForward(index, own), parameters: own)
    }
  }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }

  public static var architecture: Architecture {
    Architecture(
      "llama", "mistral", "internlm3", of: Self.self,
      defaultsOfNames: [
        "llama": ["max_position_embeddings": 2048, "rms_norm_eps": 1e-6],
        "internlm3": [
          "max_position_embeddings": 32_768, "rms_norm_eps": 1e-5, "num_key_value_heads": 2, "head_dim": 128,
        ],
        "mistral": [
          "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "num_key_value_heads": 8,
          "sliding_window": 4096,
        ],
      ],
      settings: { try Configuration($0) },
      types: \.types,
      gguf: .llama("llama"))
  }
}

/// One block of ``Llama``, ``Qwen2`` and ``Qwen3``: attention, then the gated half, each normalised first and added on.
struct PreNormBlock: Sendable {
  private let attentionNorm: Norm
  private let attention: GroupedAttention
  private let feedForwardNorm: Norm
  private let feedForward: any FeedForward

  init(
    _ settings: Llama.Configuration, index: Int, rotary: RotaryTable, feedForward: any FeedForward,
    parameters: ParameterReader
  ) {
    self.feedForward = feedForward
    let (shape, mode) = (settings.shape, settings.types.activation.mode)
    func norm(_ name: String) -> Norm {
      Norm(
        .rootMeanSquare(), width: shape.width, epsilon: settings.epsilon,
        parameters: parameters.scoped(to: name))
    }
    let own = parameters.scoped(to: "self_attn")
    var rules = GroupedAttention.Rules(
      headWidth: shape.headWidth, window: settings.windows[index], rotary: rotary)
    if settings.headNorms {
      rules.headNorms = .each(of: shape, epsilon: settings.epsilon, parameters: own)
    }
    attention = GroupedAttention(
      rules, shape: shape,
      qkvProjection: Linear(
        ["q_proj": shape.queryAxis, "k_proj": shape.keyAxis, "v_proj": shape.keyAxis], from: shape.embedAxis,
        bias: settings.qkvBias, mode: mode, parameters: own),
      outputProjection: Linear(
        ["o_proj": shape.embedAxis], from: shape.joinedAxis, bias: settings.outputBias, mode: mode,
        parameters: own))
    attentionNorm = norm("input_layernorm")
    feedForwardNorm = norm("post_attention_layernorm")
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    let attended = try attention(attentionNorm(rows), pass, layer: layer, adding: rows)
    return try feedForward(feedForwardNorm(attended), pass, adding: attended)
  }
}

extension Llama.Configuration {
  /// Reads `config.json` of `llama` or `mistral`.
  ///
  /// - Throws: ``ModelError`` for a setting that is missing, out of range or not implemented.
  public init(_ description: ModelDescription) throws(ModelError) {
    try self.init(common: description, rotaryLayout: description.permutedRotary)
    try readBiases(description)
    try description.refuse("pretraining_tp", unless: .integer(1))
    if description.modelType == "mistral" {
      let window = try description.window()
      windows = try description.windows(layers: shape.layers, window) { _ in true }
      // transformers does not read 'layer_types' of mistral: all layers slide.
      guard windows.allSatisfy({ $0 == window }) else {
        throw description.failure(.mixedLayers(modelType: "mistral"))
      }
    } else if description.layout == .hub {
      // No mask of transformers' Llama reads these. (Its cache does, so that its generation and its logits differ.)
      description.ignore("sliding_window", "use_sliding_window", "max_window_layers")
      windows = try description.windows(layers: shape.layers, nil) { _ in false }
    }
  }

  /// Which projections have biases: as settings say, or in a GGUF file as the tensors are there.
  private mutating func readBiases(_ description: ModelDescription) throws(ModelError) {
    if description.layout == .gguf {
      func holds(_ name: String) -> Bool { description.holdsParameter("layers/0/\(name)/bias") }
      (qkvBias, outputBias) = (holds("self_attn/q_proj"), holds("self_attn/o_proj"))
      feedForwardBias = holds("mlp/up_proj")
    } else if description.modelType == "mistral" {
      try description.refuse("attention_bias", unless: .bool(false))
      try description.refuse("mlp_bias", unless: .bool(false))
    } else {
      let isInternLM = description.modelType == "internlm3"
      func name(_ own: String, _ other: String) throws(ModelError) -> String {
        isInternLM ? try description.name(of: own, other) : other
      }
      qkvBias = try description.bool(name("qkv_bias", "attention_bias"), default: false)
      outputBias = qkvBias
      feedForwardBias = try description.bool(name("bias", "mlp_bias"), default: false)
      guard !isInternLM || qkvBias == feedForwardBias else {
        throw description.failure(
          "'qkv_bias' is \(qkvBias) and 'bias' is \(feedForwardBias), expected the same in an internlm3")
      }
    }
  }

  /// What the descriptions of Llama and its kin name alike: sizes, rotary positions, the norms' epsilon, the activation,
  /// the head. No layer has a window.
  ///
  /// - Throws: ``ModelError`` for a setting that is missing, out of range or not implemented.
  public init(common description: ModelDescription, rotaryLayout: RotaryTable.Layout = .halfSplit)
    throws(ModelError)
  {
    self.init()
    shape = try description.decoderShape()
    rotary = try description.rotary(
      headWidth: shape.headWidth, blockSize: shape.blockSize, layout: rotaryLayout)
    epsilon = try description.number("rms_norm_eps")
    activation = try description.activation("hidden_act", default: "silu")
    tiedHead = try description.tiesHead(default: false)
    windows = Array(repeating: nil, count: shape.layers)
  }
}
