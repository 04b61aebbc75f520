import Basics
import TensorCore

/// Phi-3.5-MoE: layer norms, and a sparse mixer that weighs each of two experts among those near it.
///
/// - Parameters in a checkpoint: `layers/N/block_sparse_moe/{gate, experts/M/{w1, w3, w2}}`; norms have biases.
/// - Source: Liu et al. 2024, *GRIN: GRadient-INformed MoE*, §2.
enum PhiMixture {
  static var architecture: Architecture {
    Architecture(
      "phimoe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 8,
        "num_experts_per_tok": 2, "router_jitter_noise": 0.01,
      ], settings: configuration, types: \.types)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description, base: 1e6)
    settings.norm = .layer(bias: true)
    try settings.readAttentionBias(description)
    try settings.readWindow(description)
    try description.refuse("lm_head_bias", unless: .bool(false))
    settings.feedForward.name = "block_sparse_moe"
    settings.mixture.routing = try description.routing(experts: "num_local_experts", default: 16)
    guard settings.mixture.routing.active == 2 else {
      throw description.failure(
        .invalid(
          key: "num_experts_per_tok", found: "\(settings.mixture.routing.active)", expected: "2"))
    }
    settings.mixture.routing.scores = .sparseMixer(jitter: try description.number("router_jitter_noise"))
    settings.mixture.experts = .separate("experts", gate: "w1", up: "w3", down: "w2")
    return settings
  }
}
