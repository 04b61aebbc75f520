import Basics
import TensorCore

/// Mixtral: the blocks of Mistral with a mixture of experts in each.
///
/// - Parameters in a checkpoint: `layers/N/block_sparse_moe/{gate, experts/M/{w1, w3, w2}}` in place of Llama's `mlp`.
/// - Source: Jiang et al. 2024, *Mixtral of Experts*, §2.
enum Mixtral {
  static var architecture: Architecture {
    Architecture(
      "mixtral", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 8,
        "num_experts_per_tok": 2,
      ], settings: configuration, types: \.types,
      gguf: .mixture("llama", half: "block_sparse_moe", experts: ("w1", "w3", "w2")))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      mixture: description, base: 1e6, layout: description.permutedRotary)
    try settings.readWindow(description)
    settings.feedForward.name = "block_sparse_moe"
    settings.mixture.routing = try description.routing(
      experts: "num_local_experts", "num_experts", default: 8)
    settings.mixture.experts = .separate("experts", gate: "w1", up: "w3", down: "w2")
    return settings
  }
}
