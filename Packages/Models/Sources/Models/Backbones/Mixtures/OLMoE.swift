import Basics
import TensorCore

/// OLMoE: queries and keys are normalised over all heads, and every layer is a mixture.
///
/// - Parameters in a checkpoint: as ``QwenMixtures``, and `self_attn/{q,k}_norm` over all heads.
/// - Source: Muennighoff et al. 2024, *OLMoE*, §2.
enum OLMoE {
  static var architecture: Architecture {
    Architecture(
      "olmoe", of: SparseDecoder.self, settings: configuration, types: \.types, gguf: .mixture("olmoe"))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> SparseDecoder.Configuration
  {
    var settings = try SparseDecoder.Configuration(common: description)
    settings.attention.headNorms = .all
    try settings.readAttentionBias(description)
    settings.mixture.routing = try description.routing(
      experts: "num_experts", "num_local_experts", default: 64)
    settings.mixture.routing.normalizes = try description.bool("norm_topk_prob", default: false)
    try description.refuse("clip_qkv")
    return settings
  }
}
