import Basics
import TensorCore

/// ERNIE 4.5, the dense ones: Llama's blocks whose heads rotate in neighbouring pairs.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Baidu ERNIE Team 2025, *ERNIE 4.5 Technical Report*, §2.
enum Ernie {
  static let architecture = Architecture(
    "ernie4_5", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 2, "head_dim": 128,
    ],
    settings: configuration, types: \.types, gguf: .llama("ernie4_5"))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description, tied: true)
    let bias = try description.bias("use_bias", at: "self_attn/q_proj", default: false)
    (settings.attention.bias, settings.attention.outputBias, settings.feedForward.bias) = (bias, bias, bias)
    try settings.readRotary(description, base: 500_000, layout: .interleaved)
    return settings
  }
}
