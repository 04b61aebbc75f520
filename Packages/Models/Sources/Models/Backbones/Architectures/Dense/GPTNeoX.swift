import Basics
public import Configurate
import Sharding
public import TensorCore

/// GPT-NeoX and Pythia: both halves of a block read the same rows, and a part of each head rotates.
///
/// - Parameters in a checkpoint: `embed_in`, `layers/N/{input_layernorm, attention/{query_key_value,dense},
///   post_attention_layernorm, mlp/{dense_h_to_4h,dense_4h_to_h}}`, `final_layer_norm`, `lm_head`
///   (`embed_out` in older files). The rows of
///   `query_key_value` are head after head, each its query, key and value; in GGUF files all queries come first.
/// - Source: Black et al. 2022, *GPT-NeoX-20B*, §2.1; Biderman et al. 2023, *Pythia*, §2.
public struct GPTNeoX: Decoder, BackboneModel {
  /// The settings in a model's files; no user sets them.
  public struct Configuration: Settings {
    public var shape = DecoderShape()
    public var rotary = RotarySettings(base: 10_000, width: 2, layout: .halfSplit, scaling: .none)
    public var epsilon = 1e-5
    public var activation = Activation.geluErf
    public var attentionBias = true
    public var parallelResidual = true
    public var tiedHead = false
    public var layout = WeightLayout.hub
    public var types = NumericTypes()
    public init() {}
  }

  public let stem: DecoderStem
  private let blocks: [GPTNeoXBlock]

  public init(_ settings: Configuration, parameters: ParameterReader) {
    stem = DecoderStem(
      settings.shape,
      .init(tokens: "embed_in", norm: "final_layer_norm", head: settings.tiedHead ? nil : "lm_head"),
      norm: .layer(), epsilon: settings.epsilon, mode: settings.types.activation.mode, parameters: parameters)
    let rotary = settings.rotary.table(settings.shape.blockSize)
    blocks = (0..<settings.shape.layers).map { index in
      GPTNeoXBlock(
        settings, rotary: rotary, parameters: parameters.scoped(to: "layers").scoped(to: "\(index)"))
    }
  }

  public func block(_ index: Int, _ rows: Tensor, _ pass: ForwardPass) throws -> Tensor {
    try blocks[index](rows, pass, layer: index)
  }

  public static var architecture: Architecture {
    Architecture(
      "gpt_neox", of: Self.self, defaults: ["max_position_embeddings": 2048, "layer_norm_eps": 1e-5],
      settings: Configuration.init, types: \.types,
      hub: HubNames(prefix: "gpt_neox.", aliases: ["embed_out/weight": "lm_head/weight"]), gguf: dialect)
  }

  private static let dialect = GGUFDialect(
    "gptneox",
    settings: GGUFDialect.sizes.merging([
      "attention.layer_norm_epsilon": "layer_norm_eps", "use_parallel_residual": "use_parallel_residual",
      "rope.freq_base": "rope_theta",
    ]) { $1 },
    tensors: ["token_embd": "embed_in", "output_norm": "final_layer_norm", "output": "lm_head"],
    blockTensors: [
      "attn_norm": "input_layernorm", "attn_qkv": "attention.query_key_value",
      "attn_output": "attention.dense", "ffn_norm": "post_attention_layernorm",
      "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
    ])
}

/// One block of ``GPTNeoX``.
private struct GPTNeoXBlock: Sendable {
  private let attentionNorm: Norm
  private let attention: GroupedAttention
  private let feedForwardNorm: Norm
  private let feedForward: any FeedForward
  private let isParallel: Bool

  init(_ settings: GPTNeoX.Configuration, rotary: RotaryTable, parameters: ParameterReader) {
    let (shape, mode) = (settings.shape, settings.types.activation.mode)
    func norm(_ name: String) -> Norm {
      Norm(.layer(), width: shape.width, epsilon: settings.epsilon, parameters: parameters.scoped(to: name))
    }
    let own = parameters.scoped(to: "attention")
    let byHead = settings.layout == .hub
    let joined = ParameterAxis(
      .attention, 3 * shape.width, parts: byHead ? 1 : 3, unit: byHead ? 3 * shape.headWidth : shape.headWidth
    )
    attention = GroupedAttention(
      .init(headWidth: shape.headWidth, rotary: rotary), shape: shape,
      qkvProjection: Linear(
        ["query_key_value": joined], from: shape.embedAxis, bias: settings.attentionBias,
        order: byHead ? { queriesFirst($0, headWidth: shape.headWidth) } : nil, mode: mode, parameters: own),
      outputProjection: Linear(
        ["dense": shape.embedAxis], from: shape.joinedAxis, bias: settings.attentionBias, mode: mode,
        parameters: own))
    let mlp = parameters.scoped(to: "mlp")
    feedForward = PlainFeedForward(
      upProjection: Linear(
        ["dense_h_to_4h": shape.hiddenAxis], from: shape.embedAxis, bias: true, mode: mode, parameters: mlp),
      downProjection: Linear(
        ["dense_4h_to_h": shape.embedAxis], from: shape.hiddenAxis, bias: true, mode: mode, parameters: mlp),
      activation: settings.activation)
    attentionNorm = norm("input_layernorm")
    feedForwardNorm = norm("post_attention_layernorm")
    isParallel = settings.parallelResidual
  }

  func callAsFunction(_ rows: Tensor, _ pass: ForwardPass, layer: Int) throws -> Tensor {
    let attended = try attention(attentionNorm(rows), pass, layer: layer, adding: rows)
    return try feedForward(feedForwardNorm(isParallel ? rows : attended), pass, adding: attended)
  }
}

/// Outputs that lie head after head, each query, key and value, in the order query, key, value, then head.
private func queriesFirst(_ outputs: Int, headWidth: Int) -> [Range<Int>] {
  (0..<3).flatMap { part in
    stride(from: part * headWidth, to: outputs, by: 3 * headWidth).map { $0..<$0 + headWidth }
  }
}

extension GPTNeoX.Configuration {
  /// Reads `config.json` of `gpt_neox`.
  init(_ description: ModelDescription) throws(ModelError) {
    self.init()
    shape = try description.decoderShape()
    guard shape.keyHeads == shape.heads, shape.heads * shape.headWidth == shape.width else {
      throw description.failure(
        .heads(
          shape.heads, headWidth: shape.headWidth, keyHeads: shape.keyHeads, width: shape.width))
    }
    description.ignore("rope_theta", "partial_rotary_factor")
    rotary = try description.rotary(
      headWidth: shape.headWidth, blockSize: shape.blockSize, base: "rotary_emb_base", fraction: "rotary_pct",
      defaultFraction: 0.25)
    epsilon = try description.number("layer_norm_eps")
    activation = try description.activation("hidden_act", default: "gelu")
    attentionBias = try description.bool("attention_bias", default: true)
    parallelResidual = try description.bool("use_parallel_residual", default: true)
    tiedHead = try description.tiesHead(default: false, embedding: "embed_in")
    layout = description.layout
  }
}
