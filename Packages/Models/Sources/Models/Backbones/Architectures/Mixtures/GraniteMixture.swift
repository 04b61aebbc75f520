import Basics
import TensorCore

/// Granite 3 with mixtures of experts, and PowerMoE: factors on the embedding, on attention, on what halves add, on logits.
///
/// - Parameters in a checkpoint: `layers/N/block_sparse_moe/{router/layer, input_linear, output_linear}`, where
///   `input_linear` is `[experts, 2 · hidden, width]`, the gate first.
/// - Source: Shen et al. 2024, *Power Scheduler*, §4; IBM 2024, *Granite 3.0 Language Models*, §2.
enum GraniteMixture {
  static var architecture: Architecture {
    Architecture(
      "granitemoe", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "num_experts_per_tok": 2,
      ], settings: configuration, types: \.types,
      gguf: .mixture(
        "granitemoe", half: "block_sparse_moe", router: "router.layer",
        settings: [
          "attention.scale": "attention_multiplier", "embedding_scale": "embedding_multiplier",
          "residual_scale": "residual_multiplier", "logit_scale": "logits_scaling",
        ]))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let isHub = description.layout == .hub
    var settings = try ComposedDecoder.Configuration(
      mixture: description, layout: description.permutedRotary)
    try settings.readAttentionBias(description)
    settings.attention.scale = Float(try description.number("attention_multiplier", default: 1))
    settings.stemRules.scale = Float(try description.number("embedding_multiplier", default: 1))
    settings.block.residualScale = Float(try description.number("residual_multiplier", default: 1))
    settings.stemRules.logitScale = 1 / Float(try description.number("logits_scaling", default: 1))
    settings.feedForward.name = "block_sparse_moe"
    settings.mixture.routing = try description.routing(experts: "num_local_experts", default: 8)
    settings.mixture.router = .init("router/layer")
    if isHub {
      settings.mixture.experts = .init(up: ["input_linear/weight"], down: "output_linear/weight")
    }
    return settings
  }
}
