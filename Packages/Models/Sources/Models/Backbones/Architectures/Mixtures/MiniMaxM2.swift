import Basics
import TensorCore

/// MiniMax-M2: queries and keys normalised over all heads, part of a head rotating, experts by corrected sigmoid scores.
///
/// - Parameters in a checkpoint: as ``Mixtral``, `block_sparse_moe/e_score_correction_bias`, `self_attn/{q,k}_norm`.
/// - Source: `modeling_minimax_m2.py` of `transformers` 5.24.
enum MiniMaxM2 {
  static var architecture: Architecture {
    Architecture(
      "minimax_m2", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 196_608, "rms_norm_eps": 1e-6, "num_key_value_heads": 8, "head_dim": 128,
        "num_experts_per_tok": 8,
      ], settings: configuration, types: \.types,
      gguf: .mixture(
        "minimax-m2", half: "block_sparse_moe", experts: ("w1", "w3", "w2"),
        settings: ["expert_gating_func": "expert_gating_func"],
        changing: ["exp_probs_b.bias": "block_sparse_moe.e_score_correction_bias"]))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let width = try description.integer("head_dim", in: 1...65_536)
    let rotating = try description.integer("rotary_dim", default: width, in: 1...width)
    try description.refuse("expert_gating_func", unless: .integer(2))
    var settings = try ComposedDecoder.Configuration(
      mixture: description, base: 5e6, fraction: Double(rotating) / Double(width))
    if description.layout == .gguf {
      settings.mixture.hidden = try description.integer("moe_intermediate_size")
    }
    settings.attention.headNorm = .all
    settings.feedForward.name = "block_sparse_moe"
    settings.mixture.routing = try description.routing(
      experts: "num_local_experts", "num_experts", default: 256)
    settings.mixture.routing.scores = .sigmoid
    settings.mixture.router.correction = "e_score_correction_bias"
    settings.mixture.experts = .separate("experts", gate: "w1", up: "w3", down: "w2")
    // What released files say beside, and transformers does not read.
    try description.refuse("scoring_func", unless: .text("sigmoid"))
    try description.refuse("use_qk_norm", unless: .bool(true))
    try description.refuse("qk_norm_type", unless: .text("per_layer"))
    try description.refuse("use_routing_bias", unless: .bool(true))
    try description.refuse("shared_intermediate_size", unless: .integer(0))
    description.ignore("attn_type_list", "mtp_transformer_layers", "num_mtp_modules", "use_mtp")
    return settings
  }
}
