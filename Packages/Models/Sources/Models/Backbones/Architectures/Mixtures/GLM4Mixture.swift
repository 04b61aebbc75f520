import Basics
import TensorCore

/// GLM-4.5: half of a head rotates, experts are chosen as in DeepSeek-V3.
///
/// - Parameters in a checkpoint: as ``QwenMixtures``, `mlp/gate/e_score_correction_bias` and `mlp/shared_experts`.
/// - Source: GLM-4.5 Team 2025, *GLM-4.5*, §2.1.
enum GLM4Mixture {
  static var architecture: Architecture {
    var dialect = GGUFDialect.correctedMixture(
      "glm4moe", changing: ["post_attention_norm": "post_attention_layernorm"])
    dialect.blockTensors["ffn_norm"] = nil
    return Architecture(
      "glm4_moe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 8,
        "num_experts_per_tok": 8, "moe_intermediate_size": 1408, "first_k_dense_replace": 1, "topk_group": 1,
      ], settings: configuration, types: \.types, gguf: dialect)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      mixture: description, fraction: 0.5)
    let (bias, norm) = ("layers/0/self_attn/q_proj/bias", "layers/0/self_attn/q_norm/weight")
    let isHub = description.layout == .hub
    settings.attention.bias =
      isHub ? try description.bool("attention_bias", default: false) : description.holdsParameter(bias)
    let normalizes =
      isHub ? try description.bool("use_qk_norm", default: false) : description.holdsParameter(norm)
    settings.attention.headNorm = normalizes ? .each(.rootMeanSquare()) : nil
    try settings.readCorrectedMixture(description, normalizes: true, firstMixture: 1, experts: 128, shared: 1)
    try description.refuse("expert_gating_func", unless: .integer(2))  // GGUF's number of the sigmoid
    description.ignoreLayersBeyond(settings.shape.layers)
    return settings
  }
}
