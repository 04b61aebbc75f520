import Basics
import TensorCore
import Weights

/// Qwen3-Next and Qwen3.5: gated delta rules in three of four layers, attention with gates in the fourth, mixtures of experts
/// or networks of one's own.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, linear_attn or self_attn, post_attention_layernorm, mlp}`,
///   `norm`, `lm_head`. Qwen3-Next holds what a head of keys serves side by side in `in_proj_qkvz` and `in_proj_ba`; the rows of
///   `q_proj` are those of a head's query, then those of its gate.
/// - Source: Qwen Team 2025, *Qwen3-Next*; Qwen Team 2026, *Qwen3.5*.
enum QwenHybrids {
  static let next = Architecture(
    "qwen3_next", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: defaults.merging(["num_experts_per_tok": 10]) { $1 },
    settings: { description throws(ModelError) in
      try configuration(description, experts: 512) { part in
        description.splitsNext(part)
        if description.layout == .gguf { description.splitsJoined(part) }
      }
    }, types: \.common.types, gguf: dialect("qwen3next"))
  static let dense = Architecture(
    "qwen3_5_text", of: HybridDecoder.self, withoutGradients: .recurrentLayers, defaults: defaults,
    settings: { description throws(ModelError) in
      try configuration(description, experts: nil) { description.splitsJoined($0) }
    }, types: \.common.types, gguf: dialect("qwen35"))
  static let mixture = Architecture(
    "qwen3_5_moe_text", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: defaults.merging(["num_experts_per_tok": 8]) { $1 },
    settings: { description throws(ModelError) in
      try configuration(description, experts: 256) { description.splitsJoined($0) }
    }, types: \.common.types, gguf: dialect("qwen35moe"))

  /// Gains of files have one added; files of Qwen3.5 hold heads of values that share a head of keys apart.
  private static func dialect(_ architecture: String) -> GGUFDialect {
    var dialect = GGUFDialect.mixture(
      architecture, shared: "shared_expert",
      settings: [
        "expert_count": "num_experts", "nextn_predict_layers": "num_nextn_predict_layers",
        "attention.recurrent_layers": "recurrent_layers",
        "full_attention_interval": "full_attention_interval",
        "ssm.conv_kernel": "linear_conv_kernel_dim", "ssm.state_size": "linear_key_head_dim",
        "ssm.group_count": "linear_num_key_heads", "ssm.time_step_rank": "linear_num_value_heads",
        "ssm.inner_size": "linear_inner_size", "rope.dimension_sections": "rope_sections",
      ],
      changing: [
        "ffn_norm": "", "post_attention_norm": "post_attention_layernorm",
        "attn_qkv": "linear_attn.in_proj_qkv", "attn_gate": "linear_attn.in_proj_z",
        "ssm_ba": "linear_attn.in_proj_ba", "ssm_alpha": "linear_attn.in_proj_a",
        "ssm_beta": "linear_attn.in_proj_b", "ssm_conv1d": "linear_attn.conv1d",
        "ssm_dt.bias": "linear_attn.dt_bias", "ssm_a": "linear_attn.A_log",
        "ssm_norm": "linear_attn.norm", "ssm_out": "linear_attn.out_proj",
      ])
    dialect.blockTensors["ffn_norm"] = nil
    dialect.isMixture = false
    dialect.conversions = [
      "linear_attn/conv1d/weight": .squeezed, "linear_attn/A_log": .decay,
      "mlp/shared_expert_gate/weight": .row,
    ]
    let further = GGUFDialect.correctedMixture(architecture).implied
    dialect.implied = { settings in
      var implied = try further(settings)
      if let values = settings["ssm.inner_size"]?.integer,
        let heads = settings["ssm.time_step_rank"]?.integer,
        heads > 0, values % heads == 0
      {
        implied["linear_value_head_dim"] = .integer(values / heads)
      }
      return implied
    }
    return dialect
  }

  private static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 32_768, "rms_norm_eps": 1e-6, "head_dim": 256,
  ]

  private static func configuration(
    _ description: ModelDescription, experts: Int?,
    splitting split: (DeltaRulePart) -> Void
  ) throws(ModelError) -> HybridDecoder.Configuration {
    // Layers that predict tokens further on, which only training and drafts use.
    description.leaveOut("mtp/")
    var common = try ComposedDecoder.Configuration(
      common: description, hidden: experts == nil ? nil : 5632)
    common.norm = .rootMeanSquare(gainOffset: description.layout == .gguf ? 0 : 1)
    common.attention.headNorm = .each(common.norm)
    common.attention.gate = "gate_proj"
    try common.readAttentionBias(description)
    description.splitsGates("layers/*/self_attn/q_proj", common.shape)
    // Positions in time, height and width are one in a text.
    try common.readRotary(
      description, fraction: 0.25, alsoRead: ["mrope_section", "mrope_interleaved"])
    let part = try deltaRule(description, common.feedForward.activation)
    split(part)
    let networks = try networks(description, common, experts)
    let interval = try description.integer("full_attention_interval", default: 4)
    description.ignore("attn_output_gate", "mamba_ssm_dtype", "mtp_num_hidden_layers")
    description.ignore("mtp_use_dedicated_embeddings")
    let stated = try attendingLayers(description, common.shape.layers)
    let attends =
      try description.kinds(
        "layer_types", common.shape.layers, ["linear_attention": false, "full_attention": true]) ?? stated
      ?? (0..<common.shape.layers).map { ($0 + 1) % interval == 0 }
    let layers = zip(attends, networks).map { attends, network in
      let mixer: any HybridPart = attends ? AttentionPart() : part
      return [HybridHalf("input_layernorm", mixer), HybridHalf("post_attention_layernorm", network)]
    }
    return HybridDecoder.Configuration(common, layers: layers)
  }

  /// Of each layer of a GGUF file, whether it attends; the list goes on with layers that predict tokens further on.
  private static func attendingLayers(_ description: ModelDescription, _ layers: Int) throws(ModelError)
    -> [Bool]?
  {
    guard description.layout == .gguf else { return nil }
    description.ignore("linear_inner_size", "rope_sections")
    description.ignoreLayersBeyond(layers)
    guard let recurrent = try description.integers("recurrent_layers") else { return nil }
    guard recurrent.count >= layers else {
      throw description.invalid(
        "recurrent_layers", .list(recurrent.map(JSONValue.integer)), "one for each of \(layers) layers")
    }
    return recurrent.prefix(layers).map { $0 == 0 }
  }

  private static func deltaRule(_ description: ModelDescription, _ activation: Activation)
    throws(ModelError) -> DeltaRulePart
  {
    var part = DeltaRulePart()
    part.heads = try description.integer("linear_num_value_heads", default: 32, in: 1...65_536)
    part.keyHeads = try description.integer("linear_num_key_heads", default: 16, in: 1...65_536)
    part.keyWidth = try description.integer("linear_key_head_dim", default: 128, in: 1...65_536)
    part.valueWidth = try description.integer("linear_value_head_dim", default: 128, in: 1...65_536)
    part.taps = try description.integer("linear_conv_kernel_dim", default: 4, in: 1...64)
    part.activation = activation
    part.keysAlternate = description.layout == .gguf && description.modelType != "qwen3_next"
    guard part.heads % part.keyHeads == 0,
      part.heads * max(part.keyWidth, part.valueWidth) <= ModelDescription.widest
    else {
      throw description.failure(
        "\(part.keyHeads) recurrent heads of keys \(part.keyWidth) wide do not serve \(part.heads) heads of values \(part.valueWidth) wide"
      )
    }
    return part
  }

  /// The feed-forward part of each layer.
  private static func networks(
    _ description: ModelDescription, _ common: ComposedDecoder.Configuration,
    _ experts: Int?
  ) throws(ModelError) -> [any HybridPart] {
    let layers = common.shape.layers
    guard let experts else { return Array(repeating: FeedForwardPart(), count: layers) }
    guard try description.integer("num_experts", default: experts, in: 0...4096) > 0 else {
      description.ignore("num_experts_per_tok", "moe_intermediate_size", "shared_expert_intermediate_size")
      description.ignore("norm_topk_prob", "decoder_sparse_step", "mlp_only_layers")
      description.ignore("output_router_logits", "router_aux_loss_coef")
      return Array(repeating: FeedForwardPart(), count: layers)
    }
    var mixture = MixtureOfExperts.Configuration()
    mixture.routing = try description.routing(experts: "num_experts", default: experts)
    mixture.routing.normalizes = try description.bool("norm_topk_prob", default: true)
    mixture.hidden = try description.integer("moe_intermediate_size", default: 512)
    mixture.gate = .plain(common.feedForward.activation)
    mixture.shared = .init(
      name: "shared_expert",
      hidden: try description.integer("shared_expert_intermediate_size", default: 512))
    mixture.shared?.gate = "shared_expert_gate"
    description.ignore("output_router_logits", "router_aux_loss_coef")
    let step = try description.integer("decoder_sparse_step", default: 1)
    let plain = Set(try description.integers("mlp_only_layers") ?? [])
    return (0..<layers).map { layer -> any HybridPart in
      let isPlain = plain.contains(layer) || (layer + 1) % step != 0
      return isPlain ? FeedForwardPart() : MixturePart("mlp", mixture)
    }
  }
}

extension ModelDescription {
  /// Rows of a projection of queries that holds a head's query, then its gate.
  fileprivate func splitsGates(_ fused: String, _ shape: DecoderShape) {
    let (heads, width) = (shape.heads, shape.headWidth)
    func rows(_ first: Int) -> [Range<Int>] {
      (0..<heads).map { head in
        let start = (2 * head + first) * width
        return start..<start + width
      }
    }
    splits(fused, into: [("q_proj", rows(0)), ("gate_proj", rows(1))])
  }

  /// Rows of the projections of Qwen3-Next, in which what belongs to a head of keys lies side by side.
  fileprivate func splitsNext(_ part: DeltaRulePart) {
    let (keys, group) = (part.keyWidth, part.heads / part.keyHeads)
    let values = group * part.valueWidth
    func rows(_ offset: Int, _ count: Int, of stride: Int) -> [Range<Int>] {
      (0..<part.keyHeads).map { $0 * stride + offset..<$0 * stride + offset + count }
    }
    let stride = 2 * keys + 2 * values
    splits(
      "layers/*/linear_attn/in_proj_qkvz",
      into: [
        ("in_proj_q", rows(0, keys, of: stride)), ("in_proj_k", rows(keys, keys, of: stride)),
        ("in_proj_v", rows(2 * keys, values, of: stride)),
        ("in_proj_z", rows(2 * keys + values, values, of: stride)),
      ])
    splits(
      "layers/*/linear_attn/in_proj_ba",
      into: [
        ("in_proj_b", rows(0, group, of: 2 * group)), ("in_proj_a", rows(group, group, of: 2 * group)),
      ])
  }

  /// Rows of the projection of Qwen3.5 that holds all queries, then all keys, then all values.
  fileprivate func splitsJoined(_ part: DeltaRulePart) {
    let (keys, values) = (part.keys, part.values)
    splits(
      "layers/*/linear_attn/in_proj_qkv",
      into: [
        ("in_proj_q", [0..<keys]), ("in_proj_k", [keys..<2 * keys]),
        ("in_proj_v", [2 * keys..<2 * keys + values]),
      ])
  }
}
