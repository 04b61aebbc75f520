import Basics
import TensorCore

/// MiniCPM 1, 2 and 4: Llama's blocks with multipliers of the embedding, of what blocks add, and of logits.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Hu et al. 2024, *MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies*, §3.
enum MiniCPM {
  static let architecture = Architecture(
    "minicpm", of: ComposedDecoder.self, settings: configuration, types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description, tied: true)
    settings.stemRules.scale = Float(try description.number("scale_emb"))
    let layers = Double(settings.shape.layers)
    settings.block.residualScale = Float(try description.number("scale_depth") / layers.squareRoot())
    let width = Double(settings.shape.width)
    settings.stemRules.logitScale = Float(try description.number("dim_model_base") / width)
    try settings.readAttentionBias(description)
    try description.refuse("pretraining_tp", unless: 1)
    try settings.readRotary(description)
    return settings
  }
}
