import Basics
import TensorCore

/// Mistral's mixtures of 2026: latent attention whose queries grow with the position, and experts chosen by shares of all.
///
/// - Parameters in a checkpoint: as ``DeepSeek``, with `experts/{gate_up_proj, down_proj}` of all experts,
///   `[experts, outputs, inner]`.
/// - Source: `modeling_mistral4.py` of `transformers` 5.24.
enum Mistral4 {
  static let architecture = Architecture(
    "mistral4", of: ComposedDecoder.self, withoutGradients: .mixtures,
    defaults: [
      "max_position_embeddings": 1_048_576, "rms_norm_eps": 1e-6, "moe_intermediate_size": 2048,
      "n_shared_experts": 1, "kv_lora_rank": 256, "q_lora_rank": 1024, "qk_rope_head_dim": 64,
      "v_head_dim": 128, "qk_nope_head_dim": 64, "num_experts_per_tok": 4,
    ],
    settings: configuration, types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      latent: description, layout: description.latentLayout(), rotatesPartOfHead: true,
      alsoRead: ModelDescription.queryGrowthFields)
    settings.latent?.temperature = try description.queryGrowth(settings.shape.blockSize)
    try settings.readSharedMixture(description)
    try description.refuse("moe_layer_freq", unless: .integer(1))
    settings.mixture.experts = .init(up: ["experts/gate_up_proj"], down: "experts/down_proj")
    settings.mixture.routing.normalizes = try description.bool("norm_topk_prob", default: true)
    settings.mixture.routing.groups = try description.groups(of: settings.mixture.routing, addsTwo: true)
    return settings
  }
}
