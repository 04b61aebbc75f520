import Basics
import TensorCore

/// Falcon-H1: attention and layers of Mamba 2 side by side, with factors on what everything reads and gives.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, mamba, self_attn, pre_ff_layernorm,
///   feed_forward}`, `final_layernorm`, `lm_head`.
/// - Source: Zuo et al. 2025, *Falcon-H1*, §2 and §3.2 (factors).
enum FalconH1 {
  static let architecture = Architecture(
    "falcon_h1", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: [
      "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "num_key_value_heads": 8, "mamba_d_ssm": 1024,
    ], settings: { try configuration($0) }, types: \.common.types, gguf: dialect)

  /// Files hold weights that are multiplied by the factors.
  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "falcon-h1",
      changing: [
        "ffn_norm": "pre_ff_layernorm.weight", "ffn_gate": "feed_forward.gate_proj",
        "ffn_up": "feed_forward.up_proj", "ffn_down": "feed_forward.down_proj",
      ])
    dialect.addHeadedScans("mamba")
    dialect.tensors["output_norm"] = "final_layernorm"
    dialect.settings.merge(GGUFDialect.scanSettings) { $1 }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> HybridDecoder.Configuration
  {
    var common = try ComposedDecoder.Configuration(common: description)
    common.stem.norm = "final_layernorm"
    common.stemRules.scale = try description.factor("embedding_multiplier", default: 1)
    common.stemRules.logitScale = try description.factor("lm_head_multiplier", default: 1)
    try common.readAttentionBias(description)
    try common.readRotary(description)
    common.attention.scale =
      try description.factor("key_multiplier", default: 1) / Float(common.shape.headWidth).squareRoot()
    common.feedForward.name = "feed_forward"
    common.feedForward.bias = try description.bool("mlp_bias", default: false)
    let network = try description.factors("mlp_multipliers", count: 2)
    common.feedForward.gateFactor = network[0]
    var part = try description.mamba2(common.shape.width)
    part.factors = try description.factors("ssm_multipliers", count: 5)
    part.outputBias = try description.bool("projectors_bias", default: false)
    let normalizesFirst = try description.bool("mamba_norm_before_gate", default: true)
    if description.layout == .gguf, description.holdsParameter("layers/0/mamba/norm/weight") {
      part.gateNorm = .after(epsilon: common.epsilon)
    } else if try description.bool("mamba_rms_norm", default: false) {
      part.gateNorm =
        normalizesFirst ? .before(epsilon: common.epsilon) : .after(epsilon: common.epsilon)
    }
    description.ignore("num_logits_to_keep", "layer_types", "layers_block_type", "mamba_use_mlp")
    let mixer = SumPart([
      .init(
        part: part, readFactor: try description.factor("ssm_in_multiplier", default: 1),
        factor: try description.factor("ssm_out_multiplier", default: 1)),
      .init(
        part: AttentionPart(), readFactor: try description.factor("attention_in_multiplier", default: 1),
        factor: try description.factor("attention_out_multiplier", default: 1)),
    ])
    let halves = [
      HybridHalf("input_layernorm", mixer),
      HybridHalf("pre_ff_layernorm", SumPart([.init(part: FeedForwardPart(), factor: network[1])])),
    ]
    return HybridDecoder.Configuration(common, layers: Array(repeating: halves, count: common.shape.layers))
  }
}

extension ModelDescription {
  /// Factors that a list states; ones where it is absent.
  fileprivate func factors(_ name: String, count: Int) throws(ModelError) -> [Float] {
    guard let value = self[name] else { return Array(repeating: 1, count: count) }
    let numbers = value.list?.compactMap(\.number).filter(\.isFinite) ?? []
    guard numbers.count == count, value.list?.count == count else {
      throw invalid(name, value, "\(count) numbers")
    }
    return numbers.map { Float($0) }
  }
}
