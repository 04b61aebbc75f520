import Basics
import TensorCore

/// Hunyuan with mixtures of experts: heads are normalised after they rotate, and each layer has a network that all rows use.
///
/// - Parameters in a checkpoint: `mlp/{gate/wg, experts/M, shared_mlp}`, `self_attn/{query,key}_layernorm`.
/// - Source: Tencent 2025, *Hunyuan-A13B Technical Report*, §2.
enum HunYuanMixture {
  static var architecture: Architecture {
    Architecture(
      "hunyuan_v1_moe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "moe_topk": 1,
      ], settings: configuration, types: \.types)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description)
    try settings.readAttentionBias(description)
    settings.attention.headNorm = .each(.rootMeanSquare(), names: ("query_layernorm", "key_layernorm"))
    settings.attention.normalizesRotated = true
    settings.mixture.routing = try description.routing(
      experts: "num_experts", "num_local_experts", active: "moe_topk", default: 1)
    settings.mixture.router = .init("gate/wg")
    settings.mixture.shared = .init(name: "shared_mlp", hidden: settings.shape.hidden)
    try description.refuse("pretraining_tp", unless: .integer(1))
    return settings
  }
}
