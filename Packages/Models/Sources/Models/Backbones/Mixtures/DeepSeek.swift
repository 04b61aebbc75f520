import Basics
import Foundation
import TensorCore

/// DeepSeek-V2 and V3: latent attention, and mixtures of many small experts beside shared ones.
///
/// - Parameters in a checkpoint: ``LatentAttention``'s, `mlp/{gate, experts/M, shared_experts}` from the first mixture on,
///   of V3 also `mlp/gate/e_score_correction_bias`.
/// - Source: DeepSeek-AI 2024, *DeepSeek-V2*, §2; *DeepSeek-V3 Technical Report*, §2.1.
enum DeepSeek {
  static var v2: Architecture {
    Architecture("deepseek_v2", of: SparseDecoder.self, settings: secondSettings, types: \.types)
  }

  static var v3: Architecture {
    Architecture("deepseek_v3", of: SparseDecoder.self, settings: thirdSettings, types: \.types)
  }

  private static func secondSettings(_ description: ModelDescription) throws(ModelError)
    -> SparseDecoder.Configuration
  {
    var settings = try SparseDecoder.Configuration(latent: description, layout: .interleaved)
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
    let interleaved = try description.bool("rope_interleave", default: true)
    var settings = try SparseDecoder.Configuration(
      latent: description, layout: interleaved ? .interleaved : .halfSplit)
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

extension SparseDecoder.Configuration {
  /// What both name alike.
  fileprivate init(latent description: ModelDescription, layout: RotaryTable.Layout) throws(ModelError) {
    let turning = try description.integer("qk_rope_head_dim", in: 1...65_536)
    // transformers computes both, whatever a file says.
    description.ignore("head_dim", "qk_head_dim")
    try self.init(
      sizesOf: description,
      rotary: { shape throws(ModelError) in
        try description.rotary(headWidth: turning, blockSize: shape.blockSize, layout: layout)
      })
    guard shape.keyHeads == shape.heads else {
      throw description.failure("\(shape.keyHeads) key heads under latent attention, expected \(shape.heads)")
    }
    var sizes = LatentAttention.Sizes(
      queryRank: description["q_lora_rank"] == nil ? nil : try description.integer("q_lora_rank"),
      rank: try description.integer("kv_lora_rank"),
      still: try description.integer("qk_nope_head_dim", in: 1...65_536), turning: turning,
      value: try description.integer("v_head_dim", in: 1...65_536), scale: 1)
    sizes.scale = try scale(of: sizes, description)
    sizes.bias = try description.bool("attention_bias", default: false)
    latent = sizes
    shape.headWidth = sizes.head
    mixture.hidden = try description.integer("moe_intermediate_size")
    mixture.routing = try description.routing(experts: "n_routed_experts", "num_local_experts", "num_experts")
    mixture.routing.scale = try description.number("routed_scaling_factor", default: 1)
    let shared = try description.integer("n_shared_experts", in: 1...4096)
    mixture.shared = .init(name: "shared_experts", hidden: mixture.hidden * shared)
    let dense = try description.integer("first_k_dense_replace", default: 0, in: 0...10_000)
    isMixture = (0..<shape.layers).map { $0 >= dense }
    try description.refuse("pretraining_tp", unless: .integer(1))
    try description.refuse("moe_layer_freq", unless: .integer(1))
  }

  /// 1 / √(width of a key), by the square of YaRN's factor for all dimensions where positions are scaled.
  private func scale(of sizes: LatentAttention.Sizes, _ description: ModelDescription) throws(ModelError)
    -> Float
  {
    let plain = 1 / Double(sizes.key).squareRoot()
    switch rotary.scaling {
    case .none: return Float(plain)
    case .yarn(let yarn):
      guard let weight = yarn.mscaleAllDimensions, weight != 0, yarn.factor > 1 else { return Float(plain) }
      let factor = 0.1 * weight * log(yarn.factor) + 1
      return Float(plain * factor * factor)
    default:
      throw description.failure("rotary scaling that is not yarn is not implemented for latent attention")
    }
  }
}
