import Basics
import TensorCore

/// OLMoE: queries and keys are normalised over all heads, and every layer is a mixture.
///
/// - Parameters in a checkpoint: as ``QwenMixtures``, and `self_attn/{q,k}_norm` over all heads.
/// - Source: Muennighoff et al. 2024, *OLMoE*, §2.
enum OLMoE {
  static var architecture: Architecture {
    Architecture(
      "olmoe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "num_experts_per_tok": 8,
      ], settings: configuration, types: \.types, gguf: .mixture("olmoe"))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description)
    settings.attention.headNorm = .all
    try settings.readAttentionBias(description)
    settings.mixture.routing = try description.routing(
      experts: "num_experts", "num_local_experts", default: 64)
    settings.mixture.routing.normalizes = try description.bool("norm_topk_prob", default: false)
    try description.refuse("clip_qkv")
    return settings
  }
}
