import Basics
import TensorCore

/// Gemma: Llama's blocks with gains around zero, a scaled embedding, and a gate of the tanh kind.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Gemma Team 2024, *Gemma: Open Models Based on Gemini Research and Technology*, §2.
enum Gemma {
  static let architecture = Architecture(
    "gemma", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 8192, "rms_norm_eps": 1e-6, "num_key_value_heads": 16, "head_dim": 256,
    ],
    settings: configuration, types: \.types, gguf: .llama("gemma"))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, activation: "gelu_pytorch_tanh", tied: true)
    // Old files say 'gelu' and mean the other form; what else they say is read nowhere.
    if settings.feedForward.activation == .geluErf { settings.feedForward.activation = .geluTanh }
    description.ignore("hidden_activation")
    settings.norm = .rootMeanSquare(gainOffset: description.layout == .gguf ? 0 : 1)
    settings.stemRules.scale = Float(settings.shape.width).squareRoot()
    try settings.readAttentionBias(description)
    try settings.readRotary(description)
    return settings
  }
}
