import Basics
import TensorCore
import Weights

/// Nemotron-H: layers that are each one thing, Mamba 2, attention, or a feed-forward network.
///
/// - Parameters in a checkpoint: `embeddings`, `layers/N/{norm, mixer}`, `norm_f`, `lm_head`.
/// - Source: NVIDIA 2025, *Nemotron-H*, §2.1.
enum NemotronH {
  static let architecture = Architecture(
    "nemotron_h", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: [
      "max_position_embeddings": 4096, "layer_norm_epsilon": 1e-5, "num_key_value_heads": 8, "head_dim": 128,
      "intermediate_size": 21_504,
    ], settings: { try configuration($0) }, types: \.common.types, hub: HubNames(prefix: "backbone."),
    gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "nemotron_h",
      changing: [
        "attn_norm": "norm", "attn_q": "mixer.q_proj", "attn_k": "mixer.k_proj", "attn_v": "mixer.v_proj",
        "attn_output": "mixer.o_proj", "ffn_up": "mixer.up_proj", "ffn_down": "mixer.down_proj",
      ])
    dialect.addHeadedScans("mixer")
    dialect.tensors = ["token_embd": "embeddings", "output_norm": "norm_f", "output": "lm_head"]
    dialect.settings.merge([
      "attention.layer_norm_rms_epsilon": "layer_norm_epsilon",
      "attention.layer_norm_epsilon": "norm_epsilon_again", "ssm.conv_kernel": "conv_kernel",
      "ssm.inner_size": "mamba_inner_size", "ssm.state_size": "ssm_state_size",
      "ssm.time_step_rank": "mamba_num_heads", "ssm.group_count": "n_groups",
    ]) { $1 }
    dialect.implied = { settings in
      var implied = try settings.attendingLayers
      if let widths = settings["feed_forward_length"]?.array {
        implied["hidden_of_layers"] = .array(widths)
        implied["intermediate_size"] = .integer(max(1, try widths.integers()?.max() ?? 1))
      }
      return implied
    }
    return dialect
  }

  private enum Kind { case recurrent, attention, network }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> HybridDecoder.Configuration
  {
    let kinds = try kinds(description)
    var common = ComposedDecoder.Configuration()
    common.shape = try description.decoderShape(layers: kinds.count)
    common.epsilon = try description.number("layer_norm_epsilon")
    (common.stem.tokens, common.stem.norm) = ("embeddings", "norm_f")
    try common.readHead(description, tied: false)
    common.layers = Array(repeating: LayerPlan(), count: kinds.count)
    common.attention.name = "mixer"
    common.feedForward = .plain(
      "mixer", "up_proj", "down_proj", bias: try description.bool("mlp_bias", default: false),
      activation: try description.activation("mlp_hidden_act", default: "relu2"))
    let part = try mamba2(description, common)
    if description.layout == .gguf { description.ignore("norm_epsilon_again") }
    // Of training, of mixtures that no layer has, and of how PyTorch computes the same; attention has no biases there.
    description.ignore(
      "attention_bias", "sliding_window", "mamba_proj_bias", "use_mamba_kernels", "num_logits_to_keep",
      "chunk_size",
      "mamba_ssm_cache_dtype", "n_routed_experts", "output_router_logits", "n_shared_experts",
      "moe_intermediate_size", "moe_shared_expert_intermediate_size", "moe_latent_size",
      "moe_shared_expert_overlap")
    description.ignore(
      "num_experts_per_tok", "routed_scaling_factor", "n_group", "topk_group", "norm_topk_prob",
      "num_nextn_predict_layers", "mtp_layers_block_type", "mtp_hybrid_override_pattern", "residual_in_fp32",
      "rescale_prenorm_residual", "time_step_max", "time_step_floor", "time_step_limit", "expand",
      "rope_theta", "rope_parameters", "time_step_rank", "partial_rotary_factor", "mamba_chunk_size")
    let layers = kinds.map { kind -> [HybridHalf] in
      let mixer: any HybridPart =
        switch kind {
        case .recurrent: part
        case .attention: AttentionPart()
        case .network: FeedForwardPart()
        }
      return [HybridHalf("norm", mixer)]
    }
    return HybridDecoder.Configuration(common, layers: layers)
  }

  /// What each layer is, by names or by letters.
  private static func kinds(_ description: ModelDescription) throws(ModelError) -> [Kind] {
    let names: KeyValuePairs<String, Kind> = [
      "mamba": .recurrent, "linear_attention": .recurrent, "attention": .attention,
      "full_attention": .attention, "mlp": .network,
    ]
    if description.layout == .gguf { return try kindsOfFile(description) }
    description.ignore("num_hidden_layers")
    for key in ["layers_block_type", "layer_types"] {
      if let count = description[key]?.list?.count, count > 0,
        let kinds = try description.kinds(key, count, names)
      {
        description.ignore("hybrid_override_pattern", "layer_types", "layers_block_type")
        return kinds
      }
    }
    guard let pattern = description["hybrid_override_pattern"]?.text, !pattern.isEmpty else {
      throw description.missing("hybrid_override_pattern")
    }
    let letters: [Character: Kind] = ["M": .recurrent, "*": .attention, "-": .network]
    let kinds = pattern.compactMap { letters[$0] }
    guard kinds.count == pattern.count else {
      throw description.failure(
        .notImplemented(key: "hybrid_override_pattern", found: pattern, known: ["M", "*", "-"]))
    }
    return kinds
  }

  /// In a GGUF file: networks have a width, attention has key heads, and recurrent layers neither.
  private static func kindsOfFile(_ description: ModelDescription) throws(ModelError) -> [Kind] {
    let layers = try description.integer("num_hidden_layers", in: 1...10_000)
    guard let attends = try description.attendingLayers(layers),
      let widths = try description.integers("hidden_of_layers"), widths.count == layers
    else {
      throw description.failure("the widths of networks and the key heads are not those of \(layers) layers")
    }
    return zip(attends, widths).map { $0 ? .attention : $1 > 0 ? .network : .recurrent }
  }

  private static func mamba2(_ description: ModelDescription, _ common: ComposedDecoder.Configuration)
    throws(ModelError) -> Mamba2Part
  {
    var part = Mamba2Part()
    part.heads = try description.integer("mamba_num_heads", default: 128, in: 1...65_536)
    part.headWidth = try description.integer("mamba_head_dim", default: 64, in: 1...65_536)
    let isHub = description.layout == .hub
    if !isHub { part.headWidth = max(1, try description.integer("mamba_inner_size") / part.heads) }
    part.groups = try description.integer(
      try description.name(of: "mamba_n_groups", "n_groups"), default: 8, in: 1...65_536)
    part.states = try description.integer("ssm_state_size", default: 128, in: 1...4096)
    part.taps = try description.integer(
      try description.name(of: "mamba_d_conv", "conv_kernel"), default: 4, in: 1...64)
    part.bias = try description.bool("use_bias", default: false)
    part.outputBias = part.bias
    part.convolutionBias = try description.bias(
      try description.name(of: "mamba_conv_bias", "use_conv_bias"), inLayers: common.shape.layers,
      at: "mixer/conv1d", default: true)
    part.activation = try description.activation("mamba_hidden_act", default: "silu")
    part.gateNorm = .after(epsilon: common.epsilon)
    let least = try description.number("time_step_min", default: 0.001)
    // llama.cpp does not cut steps off.
    part.stepLimits = (isHub ? Float(least) : 0)...Float.infinity
    let channels = isHub ? part.channels : try description.integer("mamba_inner_size")
    try description.check(part, width: channels)
    return part
  }
}
