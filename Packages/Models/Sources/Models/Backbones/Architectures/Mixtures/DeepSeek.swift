import Basics
import Foundation
import TensorCore

/// DeepSeek-V2 and V3, and Kimi K2: latent attention, and mixtures of many small experts beside shared ones.
///
/// - Parameters in a checkpoint: ``LatentAttention``'s, `mlp/{gate, experts/M, shared_experts}` from the first mixture on,
///   of V3 also `mlp/gate/e_score_correction_bias`.
/// - Source: DeepSeek-AI 2024, *DeepSeek-V2*, §2; *DeepSeek-V3 Technical Report*, §2.1; Kimi Team 2025,
///   *Kimi K2*, §2.4.
enum DeepSeek {
  static var v2: Architecture {
    Architecture(
      "deepseek_v2", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: latentWidths.merging([
        "max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "moe_intermediate_size": 1407,
        "n_shared_experts": 2,
      ]) { $1 }, settings: secondSettings, types: \.types)
  }

  static var v3: Architecture {
    Architecture(
      "deepseek_v3", "kimi_k2", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: latentWidths.merging([
        "max_position_embeddings": 4096, "rms_norm_eps": 1e-6, "moe_intermediate_size": 2048,
        "n_shared_experts": 1, "num_experts_per_tok": 8, "n_group": 8, "topk_group": 4,
        "routed_scaling_factor": 2.5, "first_k_dense_replace": 3,
      ]) { $1 }, settings: thirdSettings, types: \.types)
  }

  private static let latentWidths: [String: JSONValue] = [
    "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
    "v_head_dim": 128,
  ]

  private static func secondSettings(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(latent: description, layout: .interleaved)
    try settings.readSharedMixture(description)
    try description.refuse("moe_layer_freq", unless: .integer(1))
    settings.feedForward.bias = try description.bool("mlp_bias", default: false)
    settings.mixture.shared?.bias = settings.feedForward.bias
    settings.mixture.routing.normalizes = false
    description.ignore("norm_topk_prob")  // transformers' router does not read it
    try description.refuse("scoring_func", unless: .text("softmax"))
    switch description["topk_method"] ?? .text("greedy") {
    case .text("greedy"): description.ignore("n_group", "topk_group")
    case .text("group_limited_greedy"):
      settings.mixture.routing.groups = try description.groups(of: settings.mixture.routing, addsTwo: false)
    case let method:
      throw ModelError(
        .notImplemented(key: "topk_method", found: "\(method)", known: ["greedy", "group_limited_greedy"]),
        path: description.path)
    }
    return settings
  }

  private static func thirdSettings(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(latent: description, layout: description.latentLayout())
    try settings.readCorrectedMixture(description, normalizes: true)
    try description.refuse("moe_layer_freq", unless: .integer(1))
    try description.refuse("scoring_func", unless: .text("sigmoid"))
    try description.refuse("topk_method", unless: .text("noaux_tc"))
    description.ignoreLayersBeyond(settings.shape.layers)
    // transformers turns by another width where files state one.
    try description.refuse(
      "head_dim", unless: .integer(description.integer("qk_rope_head_dim")))
    return settings
  }
}
