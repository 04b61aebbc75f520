import Basics
import TensorCore
import Weights

/// Qwen2-MoE, with a network that all rows use, and Qwen3-MoE, whose query and key heads are normalised.
///
/// - Parameters in a checkpoint: `layers/N/mlp/{gate, experts/M/{gate,up,down}_proj}`, of Qwen2 also `mlp/shared_expert`
///   and `mlp/shared_expert_gate`; layers that are no mixtures have Llama's `mlp`.
/// - Source: Yang et al. 2024, *Qwen2 Technical Report*, §2.2.2; Yang et al. 2025, *Qwen3 Technical Report*, §2.
enum QwenMixtures {
  static var qwen2: Architecture {
    var dialect = GGUFDialect.mixture("qwen2moe", shared: "shared_expert")
    dialect.conversions = ["mlp/shared_expert_gate/weight": .row]
    dialect.implied = { _ in ["qkv_bias": .bool(true), "norm_topk_prob": .bool(false)] }
    return Architecture(
      "qwen2_moe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 32_768, "rms_norm_eps": 1e-6, "num_key_value_heads": 16,
        "num_experts_per_tok": 4, "moe_intermediate_size": 1408, "shared_expert_intermediate_size": 5632,
        "sliding_window": 4096, "max_window_layers": 28,
      ], settings: qwen2Settings, types: \.types, gguf: dialect)
  }

  static var qwen3: Architecture {
    var dialect = GGUFDialect.mixture("qwen3moe")
    dialect.implied = { _ in ["norm_topk_prob": .bool(true)] }
    return Architecture(
      "qwen3_moe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 32_768, "rms_norm_eps": 1e-6, "num_key_value_heads": 4,
        "num_experts_per_tok": 8, "moe_intermediate_size": 768, "sliding_window": 4096,
      ], settings: qwen3Settings, types: \.types, gguf: dialect)
  }

  private static func qwen2Settings(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description)
    settings.attention.bias = try description.bool("qkv_bias", default: true)
    let slides = try description.bool("use_sliding_window", default: false)
    let last = try description.integer("max_window_layers", default: 28, in: 0...1 << 24)
    description.ignore("sliding_window")
    let window = slides ? try description.window() : nil
    settings.slide(
      try description.windows(layers: settings.shape.layers, window) { slides && $0 % 2 == 0 && $0 < last })
    try settings.readQwenMixture(description, defaultExperts: 60)
    settings.mixture.shared = .init(
      name: "shared_expert", hidden: try description.integer("shared_expert_intermediate_size"))
    settings.mixture.shared?.gate = "shared_expert_gate"
    return settings
  }

  private static func qwen3Settings(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description)
    settings.attention.headNorm = .each(.rootMeanSquare())
    try settings.readAttentionBias(description)
    description.ignore("sliding_window", "max_window_layers")
    if try description.bool("use_sliding_window", default: false) { try settings.readWindow(description) }
    try settings.readQwenMixture(description, defaultExperts: 128)
    return settings
  }
}

extension ComposedDecoder.Configuration {
  fileprivate mutating func readQwenMixture(_ description: ModelDescription, defaultExperts: Int)
    throws(ModelError)
  {
    mixture.routing = try description.routing(
      experts: "num_local_experts", "num_experts", default: defaultExperts)
    mixture.routing.normalizes = try description.bool("norm_topk_prob", default: false)
    mixture.hidden = try description.integer("moe_intermediate_size")
    let step = try description.integer("decoder_sparse_step", default: 1)
    let plain = Set(try description.integers("mlp_only_layers") ?? [])
    mix { !plain.contains($0) && ($0 + 1) % step == 0 }
  }
}
