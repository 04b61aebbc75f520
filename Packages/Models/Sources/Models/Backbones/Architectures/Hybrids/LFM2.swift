import Basics
import TensorCore
import Weights

/// LFM2: short gated convolutions in most layers, attention in the others.
///
/// - Parameters in a checkpoint: `embed_tokens` (also the head), `layers/N/{operator_norm, conv/{in_proj,conv,out_proj} or
///   self_attn/{q_proj,k_proj,v_proj,out_proj,q_layernorm,k_layernorm}, ffn_norm, feed_forward/{w1,w2,w3}}`, `embedding_norm`.
/// - Source: Liquid AI 2025, *LFM2 Technical Report*, §2.
enum LFM2 {
  static let architecture = Architecture(
    "lfm2", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: [
      "max_position_embeddings": 128_000, "norm_eps": 1e-5, "num_key_value_heads": 8, "conv_L_cache": 3,
      "block_multiple_of": 256, "block_ffn_dim_multiplier": 1,
    ], settings: { try configuration($0) }, types: \.common.types, gguf: dialect)
  static let mixture = Architecture(
    "lfm2_moe", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: [
      "max_position_embeddings": 128_000, "norm_eps": 1e-5, "num_key_value_heads": 8, "conv_L_cache": 3,
      "num_experts_per_tok": 4,
    ], settings: { try configuration($0, isMixture: true) }, types: \.common.types, gguf: mixtureDialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "lfm2",
      changing: [
        "attn_norm": "operator_norm", "attn_output": "self_attn.out_proj",
        "attn_q_norm": "self_attn.q_layernorm", "attn_k_norm": "self_attn.k_layernorm",
        "ffn_norm": "ffn_norm", "ffn_gate": "feed_forward.w1", "ffn_up": "feed_forward.w3",
        "ffn_down": "feed_forward.w2", "shortconv.conv": "conv.conv", "shortconv.in_proj": "conv.in_proj",
        "shortconv.out_proj": "conv.out_proj",
      ])
    dialect.tensors = [
      "token_embd": "embed_tokens", "token_embd_norm": "embedding_norm", "output": "lm_head",
    ]
    dialect.settings["attention.layer_norm_rms_epsilon"] = "norm_eps"
    dialect.settings["shortconv.l_cache"] = "conv_L_cache"
    dialect.conversions = ["conv/conv/weight": .squeezed]
    // Layers without key heads are convolutions.
    dialect.implied = { try $0.attendingLayers }
    return dialect
  }

  private static var mixtureDialect: GGUFDialect {
    var dialect = dialect
    dialect.architecture = "lfm2moe"
    dialect.blockTensors.merge([
      "ffn_gate_inp": "feed_forward.gate", "ffn_gate_exps": "feed_forward.experts.w1",
      "ffn_up_exps": "feed_forward.experts.w3", "ffn_down_exps": "feed_forward.experts.w2",
      "exp_probs_b.bias": "feed_forward.expert_bias",
    ]) { $1 }
    dialect.settings.merge([
      "expert_count": "num_experts", "expert_used_count": "num_experts_per_tok",
      "expert_feed_forward_length": "moe_intermediate_size", "leading_dense_block_count": "num_dense_layers",
      "expert_gating_func": "expert_gating_func", "expert_weights_scale": "routed_scaling_factor",
    ]) { $1 }
    return dialect
  }

  private static func configuration(_ description: ModelDescription, isMixture: Bool = false) throws
    -> HybridDecoder.Configuration
  {
    var common = try ComposedDecoder.Configuration(common: description, epsilon: "norm_eps", tied: true)
    common.stem.norm = "embedding_norm"
    common.feedForward.activation = .silu  // whatever 'hidden_act' says
    if let tied = description["tie_embedding"]?.bool {
      common.stem.head = tied ? nil : "lm_head"
    }
    common.attention.output = "out_proj"
    common.attention.headNorm = .each(.rootMeanSquare(), names: ("q_layernorm", "k_layernorm"))
    try common.readRotary(description, base: 1_000_000)
    common.feedForward.name = "feed_forward"
    (common.feedForward.gate, common.feedForward.up, common.feedForward.down) = ("w1", "w3", "w2")
    if !isMixture { common.shape.hidden = try hidden(description, common.shape) }
    let part = ShortConvolutionPart(
      taps: try description.integer("conv_L_cache", in: 1...64),
      bias: try description.bool("conv_bias", default: false))
    description.ignore(
      "block_dim", "block_mlp_init_scale", "block_norm_eps", "block_out_init_scale", "block_use_swiglu",
      "block_use_xavier_init", "conv_dim", "conv_dim_out", "conv_use_xavier_init", "num_heads", "use_pos_enc",
      "hidden_act")
    let dense = isMixture ? try description.integer("num_dense_layers", default: 2, in: 0...10_000) : .max
    let network: any HybridPart = isMixture ? try mixture(description) : FeedForwardPart()
    let layers = try attends(description, common.shape.layers).enumerated().map { layer, attends in
      let mixer: any HybridPart = attends ? AttentionPart() : part
      let own = layer < dense ? FeedForwardPart() : network
      return [HybridHalf("operator_norm", mixer), HybridHalf("ffn_norm", own)]
    }
    return HybridDecoder.Configuration(common, layers: layers)
  }

  private static func mixture(_ description: ModelDescription) throws(ModelError) -> MixturePart {
    var mixture = MixtureOfExperts.Configuration()
    mixture.routing = try description.routing(experts: "num_experts", default: 32)
    mixture.routing.scores = .sigmoid
    try description.refuse("expert_gating_func", unless: .integer(2))
    mixture.routing.normalizes = try description.bool("norm_topk_prob", default: true)
    mixture.routing.addedToSum = 1e-6
    mixture.routing.scale = try description.number("routed_scaling_factor", default: 1)
    let hasBias = try description.bool("use_expert_bias", default: true)
    mixture.router = .init("gate", correction: hasBias ? "expert_bias" : nil)
    mixture.experts = .separate("experts", gate: "w1", up: "w3", down: "w2")
    mixture.hidden = try description.integer("moe_intermediate_size", default: 1792)
    description.ignore("output_router_logits", "router_aux_loss_coef")
    return MixturePart("feed_forward", mixture)
  }

  /// The hidden width, which settings state before it is fitted to a gate and to whole blocks.
  private static func hidden(_ description: ModelDescription, _ shape: DecoderShape) throws(ModelError) -> Int
  {
    guard description.layout == .hub else { return shape.hidden }
    let stated = try description.integer("block_ff_dim", default: shape.hidden)
    let (multiple, factor) = (
      try description.integer("block_multiple_of"), try description.number("block_ffn_dim_multiplier")
    )
    guard try description.bool("block_auto_adjust_ff_dim", default: true) else { return stated }
    let fitted = Int(min(factor * Double(2 * stated / 3), Double(ModelDescription.widest)))
    return multiple * ((fitted + multiple - 1) / multiple)
  }

  /// Of each layer, whether it attends.
  private static func attends(_ description: ModelDescription, _ layers: Int) throws(ModelError) -> [Bool] {
    if let attends = try description.attendingLayers(layers) { return attends }
    let indices = try description.integers("full_attn_idxs").map(Set.init)
    return try description.kinds("layer_types", layers, ["conv": false, "full_attention": true])
      ?? (0..<layers).map { indices?.contains($0) ?? true }
  }
}
