import Basics
import TensorCore

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
    ], settings: { try configuration($0) }, types: \.common.types, hub: HubNames(prefix: "backbone."))

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

  private static func mamba2(_ description: ModelDescription, _ common: ComposedDecoder.Configuration)
    throws(ModelError) -> Mamba2Part
  {
    var part = Mamba2Part()
    part.heads = try description.integer("mamba_num_heads", default: 128, in: 1...65_536)
    part.headWidth = try description.integer("mamba_head_dim", default: 64, in: 1...65_536)
    part.groups = try description.integer(
      try description.name(of: "mamba_n_groups", "n_groups"), default: 8, in: 1...65_536)
    part.states = try description.integer("ssm_state_size", default: 128, in: 1...4096)
    part.taps = try description.integer(
      try description.name(of: "mamba_d_conv", "conv_kernel"), default: 4, in: 1...64)
    part.bias = try description.bool("use_bias", default: false)
    part.outputBias = part.bias
    part.convolutionBias = try description.bool(
      try description.name(of: "mamba_conv_bias", "use_conv_bias"), default: true)
    part.activation = try description.activation("mamba_hidden_act", default: "silu")
    part.gateNorm = .after(epsilon: common.epsilon)
    let least = try description.number("time_step_min", default: 0.001)
    part.stepLimits = Float(least)...Float.infinity
    try description.check(part, width: part.channels)
    return part
  }
}
