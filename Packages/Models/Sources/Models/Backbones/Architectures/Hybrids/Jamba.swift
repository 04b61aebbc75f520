import Basics
import TensorCore
import Weights

/// Jamba: Mamba's layers with attention in every eighth, and a mixture of experts in every other.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, mamba or self_attn, pre_ff_layernorm, feed_forward}`,
///   `final_layernorm`, `lm_head`.
/// - Source: Lieber et al. 2024, *Jamba*, §2.
enum Jamba {
  static let architecture = Architecture(
    "jamba", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: [
      "max_position_embeddings": 262_144, "rms_norm_eps": 1e-6, "num_key_value_heads": 8,
      "num_experts_per_tok": 2,
    ],
    settings: { try configuration($0) }, types: \.common.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "jamba",
      changing: [
        "ffn_norm": "pre_ff_layernorm", "ffn_gate": "feed_forward.gate_proj",
        "ffn_up": "feed_forward.up_proj", "ffn_down": "feed_forward.down_proj",
        "ffn_gate_inp": "feed_forward.router", "ffn_gate_exps": "feed_forward.experts.gate_proj",
        "ffn_up_exps": "feed_forward.experts.up_proj", "ffn_down_exps": "feed_forward.experts.down_proj",
        "ssm_dt_norm": "mamba.dt_layernorm", "ssm_b_norm": "mamba.b_layernorm",
        "ssm_c_norm": "mamba.c_layernorm",
      ])
    dialect.addScans("mamba")
    dialect.tensors["output_norm"] = "final_layernorm"
    dialect.hasRotaryPositions = false
    dialect.settings.merge([
      "ssm.conv_kernel": "mamba_d_conv", "ssm.inner_size": "mamba_inner_size",
      "ssm.state_size": "mamba_d_state",
      "ssm.time_step_rank": "mamba_dt_rank", "expert_count": "num_experts",
      "expert_used_count": "num_experts_per_tok",
    ]) { $1 }
    dialect.implied = { settings in
      var implied = try settings.attendingLayers
      if settings["expert_count"] == nil { implied["num_experts"] = .integer(1) }
      return implied
    }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> HybridDecoder.Configuration
  {
    var common = try ComposedDecoder.Configuration(common: description)
    common.stem.norm = "final_layernorm"
    common.feedForward.name = "feed_forward"
    let part = try mamba(description, common)
    let attention = try period(description, "attn", 8, 4)
    let experts = try period(description, "expert", 2, 1)
    let mixture = try mixture(description, common)
    description.ignore(
      "output_router_logits", "router_aux_loss_coef", "use_mamba_kernels", "use_mambapy",
      "num_logits_to_keep",
      "use_associative_scan", "layers_block_type", "layer_types", "layers_num_experts",
      "sliding_window", "mamba_inner_layernorms")
    let attends = try description.attendingLayers(common.shape.layers)
    let layers = (0..<common.shape.layers).map { layer in
      let mixer: any HybridPart = attends?[layer] ?? attention(layer) ? AttentionPart() : part
      let isMixture =
        description.layout == .gguf
        ? description.holdsParameter("layers/\(layer)/feed_forward/router/weight") : experts(layer)
      let network: any HybridPart = isMixture ? mixture : FeedForwardPart()
      return [HybridHalf("input_layernorm", mixer), HybridHalf("pre_ff_layernorm", network)]
    }
    return HybridDecoder.Configuration(common, layers: layers)
  }

  /// The network of layers that have several; a plain one where there is one expert.
  private static func mixture(_ description: ModelDescription, _ common: ComposedDecoder.Configuration)
    throws(ModelError) -> any HybridPart
  {
    guard try description.integer("num_experts", default: 16, in: 1...4096) > 1 else {
      description.ignore("num_experts_per_tok")
      return FeedForwardPart()
    }
    var mixture = MixtureOfExperts.Configuration()
    mixture.routing = try description.routing(experts: "num_experts", default: 16)
    mixture.routing.normalizes = false
    mixture.router = .init("router")
    mixture.hidden = common.shape.hidden
    mixture.gate = .plain(common.feedForward.activation)
    return MixturePart("feed_forward", mixture)
  }

  private static func mamba(_ description: ModelDescription, _ common: ComposedDecoder.Configuration)
    throws(ModelError) -> MambaPart
  {
    var part = MambaPart()
    part.name = "mamba"
    let expanded = try description.integer("mamba_expand", default: 2, in: 1...64) * common.shape.width
    part.channels = try description.layout == .gguf ? description.integer("mamba_inner_size") : expanded
    part.states = try description.integer("mamba_d_state", default: 16, in: 1...4096)
    part.taps = try description.integer("mamba_d_conv", default: 4, in: 1...64)
    part.rank = try description.stepRank("mamba_dt_rank", width: common.shape.width)
    part.convolutionBias = try description.bias(
      "mamba_conv_bias", inLayers: common.shape.layers, at: "mamba/conv1d", default: true)
    part.bias = try description.bool("mamba_proj_bias", default: false)
    part.activation = common.feedForward.activation
    part.norms = .own(epsilon: common.epsilon)
    return part
  }

  /// Whether a layer is one of those that come once in a period.
  private static func period(
    _ description: ModelDescription, _ name: String, _ period: Int, _ offset: Int
  ) throws(ModelError) -> (Int) -> Bool {
    let period = try description.integer("\(name)_layer_period", default: period)
    let offset = try description.integer("\(name)_layer_offset", default: offset, in: 0...1 << 24)
    guard offset < period else {
      throw description.invalid("\(name)_layer_offset", .integer(offset), "less than the period, \(period)")
    }
    return { $0 % period == offset }
  }
}
