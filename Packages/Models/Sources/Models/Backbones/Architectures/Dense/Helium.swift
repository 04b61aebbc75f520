import Basics
import TensorCore

/// Helium: Llama's blocks whose heads rotate in neighbouring pairs.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Kyutai 2025, *Helium 1*.
enum Helium {
  static let architecture = Architecture(
    "helium", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 4096, "rms_norm_eps": 1e-8, "num_key_value_heads": 20, "head_dim": 128,
    ],
    settings: configuration, types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    guard settings.shape.heads * settings.shape.headWidth == settings.shape.width else {
      throw description.failure(
        .heads(
          settings.shape.heads, headWidth: settings.shape.headWidth, keyHeads: settings.shape.keyHeads,
          width: settings.shape.width))
    }
    settings.attention.bias = try description.bool("attention_bias", default: false)
    settings.feedForward.bias = try description.bool("mlp_bias", default: false)
    try settings.readRotary(description, base: 100_000, layout: .interleaved)
    return settings
  }
}
