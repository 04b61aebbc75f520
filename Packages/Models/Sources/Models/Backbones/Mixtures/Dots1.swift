import Basics
import TensorCore

/// dots.llm1: Qwen3's attention, and experts chosen as in DeepSeek-V3.
///
/// - Parameters in a checkpoint: as ``GLM4Mixture``.
/// - Source: rednote-hilab 2025, *dots.llm1 Technical Report*, §2.1.
enum Dots1 {
  static var architecture: Architecture {
    Architecture(
      "dots1", of: SparseDecoder.self, settings: configuration, types: \.types,
      gguf: .correctedMixture("dots1"))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> SparseDecoder.Configuration
  {
    var settings = try SparseDecoder.Configuration(common: description)
    try settings.readAttentionBias(description)
    settings.attention.headNorms = .each
    let window = try description.window()
    let first = try description.integer("max_window_layers", default: 62, in: 0...1 << 24)
    settings.attention.windows = try description.windows(layers: settings.shape.layers, window) {
      $0 >= first
    }
    try settings.readCorrectedMixture(description, normalizes: false, firstMixture: 0)
    try description.refuse("moe_layer_freq", unless: .integer(1))
    try description.refuse("scoring_func", unless: .text("noaux_tc"), .text("sigmoid"))
    return settings
  }
}

extension SparseDecoder.Configuration {
  /// A mixture of sigmoid scores, corrected when experts are chosen, beside shared experts, in the words of DeepSeek-V3.
  ///
  /// - Parameters:
  ///   - normalizes: Whether weights are divided by their sum where settings do not say it.
  ///   - firstMixture: The first layer that is one, where settings do not say it.
  mutating func readCorrectedMixture(
    _ description: ModelDescription, normalizes: Bool, firstMixture: Int, experts: Int? = nil
  ) throws(ModelError) {
    mixture.hidden = try description.integer("moe_intermediate_size")
    var routing = try description.routing(
      experts: "n_routed_experts", "num_local_experts", "num_experts", default: experts)
    routing.scores = .sigmoid
    routing.scale = try description.number("routed_scaling_factor", default: 1)
    routing.normalizes = try description.bool("norm_topk_prob", default: normalizes)
    routing.groups = try description.groups(of: routing, addsTwo: true)
    mixture.routing = routing
    mixture.router.correction = "gate/e_score_correction_bias"
    try description.refuse("expert_gating_func", unless: .integer(2))  // GGUF's number of the sigmoid
    let shared = try description.integer("n_shared_experts", default: 1, in: 1...4096)
    mixture.shared = .init(name: "shared_experts", hidden: mixture.hidden * shared)
    let dense = try description.integer("first_k_dense_replace", default: firstMixture, in: 0...10_000)
    isMixture = (0..<shape.layers).map { $0 >= dense }
  }
}
