import Basics
import TensorCore

/// GLM-4.5: half of a head turns, experts are chosen as in DeepSeek-V3.
///
/// - Parameters in a checkpoint: as ``QwenMixtures``, `mlp/gate/e_score_correction_bias` and `mlp/shared_experts`.
/// - Source: GLM-4.5 Team 2025, *GLM-4.5*, §2.1.
enum GLM4Mixture {
  static var architecture: Architecture {
    var dialect = GGUFDialect.correctedMixture(
      "glm4moe", changing: ["post_attention_norm": "post_attention_layernorm"])
    dialect.blockTensors["ffn_norm"] = nil
    return Architecture(
      "glm4_moe", of: SparseDecoder.self, settings: configuration, types: \.types, gguf: dialect)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> SparseDecoder.Configuration
  {
    var settings = try SparseDecoder.Configuration(
      common: description, fraction: "partial_rotary_factor", defaultFraction: 0.5)
    let (bias, norm) = ("layers/0/self_attn/q_proj/bias", "layers/0/self_attn/q_norm/weight")
    let isHub = description.layout == .hub
    settings.attention.qkvBias =
      isHub ? try description.bool("attention_bias", default: false) : description.holdsParameter(bias)
    let normalizes =
      isHub ? try description.bool("use_qk_norm", default: false) : description.holdsParameter(norm)
    settings.attention.headNorms = normalizes ? .each : .none
    try settings.readCorrectedMixture(description, normalizes: true, firstMixture: 1, experts: 128)
    description.ignoreLayersBeyond(settings.shape.layers)
    return settings
  }
}
