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
    Architecture("deepseek_v2", of: SparseDecoder.self, settings: secondSettings, types: \.types)
  }

  static var v3: Architecture {
    Architecture("deepseek_v3", "kimi_k2", of: SparseDecoder.self, settings: thirdSettings, types: \.types)
  }

  private static func secondSettings(_ description: ModelDescription) throws(ModelError)
    -> SparseDecoder.Configuration
  {
    var settings = try SparseDecoder.Configuration(latent: description, layout: .interleaved)
    try settings.readLatentMixture(description)
    settings.feedForwardBias = try description.bool("mlp_bias", default: false)
    settings.mixture.shared?.bias = settings.feedForwardBias
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
    -> SparseDecoder.Configuration
  {
    var settings = try SparseDecoder.Configuration(latent: description, layout: description.latentLayout())
    try settings.readLatentMixture(description)
    settings.mixture.routing.scores = .sigmoid
    settings.mixture.routing.normalizes = try description.bool("norm_topk_prob", default: true)
    settings.mixture.routing.groups = try description.groups(of: settings.mixture.routing, addsTwo: true)
    settings.mixture.router.correction = "gate/e_score_correction_bias"
    try description.refuse("scoring_func", unless: .text("sigmoid"))
    try description.refuse("topk_method", unless: .text("noaux_tc"))
    description.ignoreLayersBeyond(settings.shape.layers)
    return settings
  }
}
