import Basics
import TensorCore
import Weights

/// Granite 3: Llama's blocks with multipliers of the embedding, of scores, of what blocks add, and of logits.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Granite Team 2024, *Granite 3.0 Language Models*, §3; Yang et al. 2022, *Tensor Programs V*, table 8.
enum Granite {
  static let architecture = Architecture(
    "granite", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 2048, "rms_norm_eps": 1e-6], settings: configuration,
    types: \.types, gguf: dialect)
  /// HyperCLOVA X: the same with norms after the halves too; logits are multiplied by what Granite divides them by.
  static let hyperCLOVAX = Architecture(
    "hyperclovax", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 2048, "rms_norm_eps": 1e-6],
    settings: { description throws(ModelError) in
      var settings = try configuration(description)
      settings.stemRules.logitScale = try description.factor("logits_scaling", default: 1)
      if description["attention_multiplier"] == nil { settings.attention.scale = nil }
      if try description.bool("use_post_norm", default: true) {
        settings.block.afterAttention = "post_norm1"
        settings.block.afterFeedForward = "post_norm2"
      }
      return settings
    }, types: \.types)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("granite")
    dialect.settings.merge([
      "attention.scale": "attention_multiplier", "embedding_scale": "embedding_multiplier",
      "residual_scale": "residual_multiplier", "logit_scale": "logits_scaling",
    ]) { $1 }
    dialect.implied = { settings in
      // Without a scale of its own llama.cpp divides by the root of the head's width.
      guard settings["attention.scale"] == nil, let width = settings.headWidth, width > 0 else { return [:] }
      return ["attention_multiplier": .number(1 / Double(width).squareRoot())]
    }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    settings.stemRules.scale = try description.factor("embedding_multiplier", default: 1)
    settings.stemRules.logitScale = 1 / (try description.factor("logits_scaling", default: 1))
    settings.attention.scale = try description.factor("attention_multiplier", default: 1)
    settings.block.residualScale = try description.factor("residual_multiplier", default: 1)
    try settings.readAttentionBias(description)
    settings.feedForward.bias = try description.bias("mlp_bias", at: "mlp/up_proj", default: false)
    try settings.readRotary(description, layout: description.permutedRotary)
    return settings
  }
}
