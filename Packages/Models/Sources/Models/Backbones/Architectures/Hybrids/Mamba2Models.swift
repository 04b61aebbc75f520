import Basics
import TensorCore
import Weights

/// Mamba 2, and models that have its layers beside attention: Bamba and Granite 4.
///
/// - Parameters in a checkpoint: of Mamba 2 `embeddings`, `layers/N/{norm, mixer}`, `norm_f`; of the others Llama's names, with `mamba`
///   in the place of `self_attn` in most layers, of Bamba `feed_forward`, `pre_ff_layernorm` and `final_layernorm`, of Granite
///   `shared_mlp/{input_linear, output_linear}` and `block_sparse_moe`.
/// - Source: Dao and Gu 2024, *Transformers are SSMs*, §7; IBM 2025, *Granite 4.0*, *Bamba-9B*.
enum Mamba2Models {
  static let second = Architecture(
    "mamba2", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: ["layer_norm_epsilon": 1e-5],
    settings: { description throws(ModelError) in
      var common = try ComposedDecoder.Configuration(recurrent: description, tied: false)
      var part = Mamba2Part()
      part.heads = try description.integer("num_heads", default: 128, in: 1...65_536)
      let isHub = description.layout == .hub
      let stated = try description.integer("intermediate_size", default: part.heads)
      part.headWidth =
        try isHub
        ? description.integer("head_dim", default: 64, in: 1...65_536) : max(1, stated / part.heads)
      part.groups = try description.integer("n_groups", default: 8, in: 1...65_536)
      part.states = try description.integer("state_size", default: 128, in: 1...4096)
      part.taps = try description.integer("conv_kernel", default: 4, in: 1...64)
      part.bias = try description.bool("use_bias", default: false)
      part.outputBias = part.bias
      part.convolutionBias = try description.bias(
        "use_conv_bias", inLayers: common.shape.layers, at: "mixer/conv1d", default: true)
      part.activation = try description.activation("hidden_act", default: "silu")
      part.gateNorm = .after(epsilon: common.epsilon)
      part.stepLimits = try description.stepLimits("time_step_limit")
      let expanded = try description.integer("expand", default: 2, in: 1...64) * common.shape.width
      try description.check(part, width: isHub ? expanded : stated)
      if !isHub { description.ignore("context_length", "feed_forward_length", "head_count") }
      description.ignore("time_step_rank", "chunk_size", "intermediate_size", "norm_before_gate", "rms_norm")
      common.shape.hidden = part.channels
      return HybridDecoder.Configuration(
        common, layers: Array(repeating: [HybridHalf("norm", part)], count: common.shape.layers))
    }, types: \.common.types, hub: HubNames(prefix: "backbone."), gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect(
      "mamba2",
      settings: [
        "block_count": "num_hidden_layers", "embedding_length": "hidden_size",
        "ssm.conv_kernel": "conv_kernel", "ssm.inner_size": "intermediate_size",
        "ssm.state_size": "state_size", "ssm.time_step_rank": "num_heads", "ssm.group_count": "n_groups",
        "attention.layer_norm_rms_epsilon": "layer_norm_epsilon", "context_length": "context_length",
        "feed_forward_length": "feed_forward_length", "attention.head_count": "head_count",
      ],
      tensors: ["token_embd": "embeddings", "output_norm": "norm_f", "output": "lm_head"],
      blockTensors: ["attn_norm": "norm"], hasRotaryPositions: false)
    dialect.addHeadedScans("mixer")
    return dialect
  }

  static let bamba = Architecture(
    "bamba", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: ["max_position_embeddings": 262_144, "rms_norm_eps": 1e-5, "num_key_value_heads": 8],
    settings: { description throws(ModelError) in
      var common = try ComposedDecoder.Configuration(common: description)
      common.stem.norm = "final_layernorm"
      try common.readAttentionBias(description)
      // transformers rotates half of each head, whatever the setting says.
      description.ignore("partial_rotary_factor", "num_logits_to_keep", "z_loss_coefficient")
      try common.readRotary(description, fraction: 0.5)
      common.feedForward.name = "feed_forward"
      common.feedForward.bias = try description.bool("mlp_bias", default: false)
      var part = try description.mamba2(common.shape.width)
      part.gateNorm = .after(epsilon: common.epsilon)
      let attending = Set(try description.integers("attn_layer_indices") ?? [])
      let layers = (0..<common.shape.layers).map { layer in
        let mixer: any HybridPart = attending.contains(layer) ? AttentionPart() : part
        return [HybridHalf("input_layernorm", mixer), HybridHalf("pre_ff_layernorm", FeedForwardPart())]
      }
      return HybridDecoder.Configuration(common, layers: layers)
    }, types: \.common.types)

  static let granite = Architecture(
    "granitemoehybrid", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: ["max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "num_experts_per_tok": 2],
    settings: { try graniteSettings($0) }, types: \.common.types, gguf: graniteDialect)

  private static var graniteDialect: GGUFDialect {
    var dialect = GGUFDialect.mixture("granitehybrid", half: "block_sparse_moe", router: "router.layer")
    for (kind, name) in ["gate": "gate_proj", "up": "up_proj", "down": "output_linear"] {
      dialect.blockTensors["ffn_\(kind)"] = "shared_mlp.\(name)"
      dialect.blockTensors["ffn_\(kind)_shexp"] = "shared_mlp.\(name)"
    }
    dialect.addHeadedScans("mamba")
    dialect.isMixture = false
    dialect.settings.merge(GGUFDialect.scanSettings) { $1 }
    dialect.settings.merge([
      "attention.scale": "attention_multiplier", "embedding_scale": "embedding_multiplier",
      "residual_scale": "residual_multiplier", "logit_scale": "logits_scaling",
      "expert_shared_feed_forward_length": "shared_intermediate_size",
    ]) { $1 }
    dialect.implied = { settings in
      var implied = try settings.attendingLayers
      let rotates = settings["rope.scaling.finetuned"]?.bool ?? true
      implied["position_embedding_type"] = .text(rotates ? "rope" : "nope")
      if (settings["expert_count"]?.integer ?? 0) == 0 { implied["num_local_experts"] = .integer(0) }
      implied["shared_intermediate_size"] =
        settings["expert_shared_feed_forward_length"] ?? settings["feed_forward_length"]
      if settings["attention.scale"] == nil, let width = settings.headWidth, width > 0 {
        implied["attention_multiplier"] = .number(1 / Double(width).squareRoot())
      }
      return implied
    }
    return dialect
  }

  private static func graniteSettings(_ description: ModelDescription) throws(ModelError)
    -> HybridDecoder.Configuration
  {
    var common = try ComposedDecoder.Configuration(common: description)
    common.stemRules.scale = try description.factor("embedding_multiplier", default: 1)
    common.stemRules.logitScale = 1 / (try description.factor("logits_scaling", default: 1))
    common.attention.scale = try description.factor("attention_multiplier", default: 1)
    common.block.residualScale = try description.factor("residual_multiplier", default: 1)
    try common.readAttentionBias(description)
    try description.refuse("position_embedding_type", unless: .text("rope"), .text("nope"))
    if description["position_embedding_type"] == .text("rope") {
      try common.readRotary(description, layout: description.permutedRotary)
      guard common.layers.allSatisfy({ $0.rotary?.width == common.shape.headWidth }) else {
        // The converter permutes whole heads, of which Bamba rotates halves.
        throw description.failure("heads of Bamba that rotate in part are not implemented in a GGUF file")
      }
    } else {
      description.ignore("rope_parameters", "rope_scaling", "rope_theta")
    }
    let hidden = common.shape.hidden
    common.shape.hidden = try description.integer("shared_intermediate_size", default: 1024)
    description.splits(
      "layers/*/shared_mlp/input_linear",
      into: [
        ("gate_proj", [0..<common.shape.hidden]),
        ("up_proj", [common.shape.hidden..<2 * common.shape.hidden]),
      ])
    (common.feedForward.name, common.feedForward.down) = ("shared_mlp", "output_linear")
    var part = try description.mamba2(common.shape.width)
    part.gateNorm = .after(epsilon: common.epsilon)
    let network = try feedForward(description, common, hidden: hidden)
    let kinds = try description.kinds(
      "layers_block_type", common.shape.layers, attends)
    let types = try description.kinds("layer_types", common.shape.layers, attends)
    let stated = try description.attendingLayers(common.shape.layers)
    let attending = types ?? kinds ?? stated
    let layers = (0..<common.shape.layers).map { layer in
      let mixer: any HybridPart = attending?[layer] == true ? AttentionPart() : part
      return [HybridHalf("input_layernorm", mixer), HybridHalf("post_attention_layernorm", network)]
    }
    return HybridDecoder.Configuration(common, layers: layers)
  }

  /// What kinds of layers are called, and whether they attend.
  private static let attends: KeyValuePairs = [
    "mamba": false, "linear_attention": false, "attention": true, "full_attention": true,
  ]

  /// The network that all rows use, and the mixture beside it.
  private static func feedForward(
    _ description: ModelDescription, _ common: ComposedDecoder.Configuration, hidden: Int
  ) throws(ModelError) -> any HybridPart {
    description.ignore("output_router_logits", "router_aux_loss_coef")
    guard try description.integer("num_local_experts", default: 8, in: 0...4096) > 0 else {
      description.ignore("num_experts_per_tok")
      return FeedForwardPart()
    }
    var mixture = MixtureOfExperts.Configuration()
    mixture.routing = try description.routing(experts: "num_local_experts", default: 8)
    mixture.router = .init("router/layer")
    if description.layout == .hub {
      mixture.experts = .init(up: ["input_linear/weight"], down: "output_linear/weight")
    }
    mixture.hidden = hidden
    mixture.gate = .plain(common.feedForward.activation)
    return SumPart([
      .init(part: MixturePart("block_sparse_moe", mixture)), .init(part: FeedForwardPart()),
    ])
  }
}

extension ModelDescription {
  /// Layers of Mamba 2 in the words of models that have attention besides.
  func mamba2(_ width: Int) throws(ModelError) -> Mamba2Part {
    var part = Mamba2Part()
    part.name = "mamba"
    let stated = try integer("mamba_expand", default: 2, in: 1...64) * width
    let channels = try integer("mamba_d_ssm", default: stated)
    part.heads = try integer("mamba_n_heads", default: 128, in: 1...65_536)
    let isAutomatic = self["mamba_d_head"] == nil || self["mamba_d_head"] == .text("auto")
    part.headWidth = isAutomatic ? channels / part.heads : try integer("mamba_d_head", in: 1...65_536)
    part.groups = try integer("mamba_n_groups", default: 1, in: 1...65_536)
    part.states = try integer("mamba_d_state", default: 256, in: 1...4096)
    part.taps = try integer("mamba_d_conv", default: 4, in: 1...64)
    part.convolutionBias = try bias(
      "mamba_conv_bias", inLayers: integer("num_hidden_layers", in: 1...10_000), at: "mamba/conv1d",
      default: true)
    part.bias = try bool("mamba_proj_bias", default: false)
    part.outputBias = part.bias
    part.activation = try activation("hidden_act", default: "silu")
    part.stepLimits = try stepLimits("time_step_limit")
    ignore("mamba_chunk_size")
    try check(part, width: channels)
    return part
  }

  /// Refuses heads that are not as wide together as their layer, or do not divide into their groups.
  func check(_ part: Mamba2Part, width: Int) throws(ModelError) {
    guard part.headWidth > 0, part.heads * part.headWidth == width, part.heads % part.groups == 0 else {
      throw failure(
        "\(part.heads) recurrent heads of \(part.headWidth) in \(part.groups) groups do not make up \(width) channels"
      )
    }
  }

  /// The least and the greatest step, which Python writes as infinity where there is none.
  func stepLimits(_ name: String) throws(ModelError) -> ClosedRange<Float> {
    guard let value = self[name] else { return 0...Float.infinity }
    // transformers writes an infinite number as an object.
    let limits =
      value.list?.compactMap { $0.number ?? ($0.object?["__float__"]?.text == "Infinity" ? .infinity : nil) }
      ?? []
    guard limits.count == 2, value.list?.count == 2, limits[0] <= limits[1], limits[0] >= 0 else {
      throw invalid(name, value, "the least and the greatest step")
    }
    return Float(limits[0])...Float(limits[1])
  }
}
