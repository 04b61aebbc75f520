import Basics
import TensorCore
import Weights

/// MiniCPM 1, 2 and 4: Llama's blocks with multipliers of the embedding, of what blocks add, and of logits.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Hu et al. 2024, *MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies*, §3.
enum MiniCPM {
  static let architecture = Architecture(
    "minicpm", of: ComposedDecoder.self, settings: configuration, types: \.types, gguf: dialect)

  /// Files hold the factors, and older ones not even these, for which llama.cpp takes those of the first model.
  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("minicpm")
    dialect.settings.merge([
      "embedding_scale": "scale_emb", "residual_scale": "residual_scale", "logit_scale": "logit_scale",
    ]) { $1 }
    dialect.implied = { settings in
      var implied: [String: GGUFValue] = [:]
      if settings["embedding_scale"] == nil { implied["scale_emb"] = .number(12) }
      if settings["residual_scale"] == nil, let layers = settings["block_count"]?.integer, layers > 0 {
        implied["residual_scale"] = .number(1.4 / Double(layers).squareRoot())
      }
      if settings["logit_scale"] == nil, let width = settings["embedding_length"]?.integer, width > 0 {
        implied["logit_scale"] = .number(256 / Double(width))
      }
      return implied
    }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description, tied: true)
    settings.stemRules.scale = Float(try description.number("scale_emb"))
    if description.layout == .gguf {
      settings.block.residualScale = Float(try description.number("residual_scale"))
      settings.stemRules.logitScale = 1 / Float(try description.number("logit_scale"))
    } else {
      let layers = Double(settings.shape.layers)
      settings.block.residualScale = Float(try description.number("scale_depth") / layers.squareRoot())
      let width = Double(settings.shape.width)
      settings.stemRules.logitScale = Float(try description.number("dim_model_base") / width)
      try settings.readAttentionBias(description)
    }
    try description.refuse("pretraining_tp", unless: 1)
    try settings.readRotary(description, layout: description.permutedRotary)
    return settings
  }
}
