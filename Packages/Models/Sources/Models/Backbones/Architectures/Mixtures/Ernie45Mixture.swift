import Basics
import TensorCore

/// ERNIE 4.5 with mixtures of experts: a correction of scores that weights leave out, and layers in a range that are mixtures.
///
/// - Parameters in a checkpoint: as ``QwenMixtures``, `mlp/moe_statics/e_score_correction_bias` `[1, experts]` and
///   `mlp/shared_experts`.
/// - Source: Baidu 2025, *ERNIE 4.5 Technical Report*, §2.
enum Ernie45Mixture {
  static var architecture: Architecture {
    Architecture(
      "ernie4_5_moe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 4, "moe_k": 6,
        "moe_intermediate_size": 1536,
      ], settings: configuration, types: \.types,
      gguf: .mixture(
        "ernie4_5-moe",
        settings: [
          "expert_count": "moe_num_experts", "expert_used_count": "moe_k",
          "expert_shared_count": "moe_num_shared_experts",
          "leading_dense_block_count": "moe_layer_start_index",
          "interleave_moe_layer_step": "moe_layer_interval",
        ], changing: ["exp_probs_b.bias": "mlp.moe_statics.e_score_correction_bias"]))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      mixture: description, base: 500_000, layout: .interleaved, tied: true)
    try settings.readAttentionBias(description, "use_bias")
    settings.feedForward.bias = settings.attention.bias
    settings.stemRules.headBias = settings.attention.bias
    settings.mixture.hidden = try description.integer("moe_intermediate_size")
    settings.mixture.routing = try description.routing(
      experts: "moe_num_experts", "num_experts", active: "moe_k", default: 64)
    settings.mixture.routing.leastSum = try description.number("moe_norm_min", default: 1e-12)
    settings.mixture.router.correction = "moe_statics/e_score_correction_bias"
    settings.mixture.router.correctionShape = [1, settings.mixture.routing.experts]
    let shared = try description.integer("moe_num_shared_experts", default: 2, in: 0...4096)
    if shared > 0 {
      settings.mixture.shared = .init(name: "shared_experts", hidden: settings.mixture.hidden * shared)
      settings.mixture.shared?.bias = settings.feedForward.bias
    }
    if description.layout == .gguf { description.ignore("shared_expert_intermediate_size") }
    let layers = settings.shape.layers
    let first = try description.integer("moe_layer_start_index", default: 1, in: 0...10_000)
    let end = try description.integer("moe_layer_end_index", default: -1, in: -1...10_000)
    let step = try description.integer("moe_layer_interval", default: 1)
    let last = end == -1 ? layers - 1 : end
    settings.mix { ($0 + 1) % step == 0 && $0 >= first && $0 <= last }
    return settings
  }
}
