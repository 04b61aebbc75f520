import Basics
import TensorCore

/// Code World Model: Llama's blocks, most of them behind a window.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: FAIR CodeGen Team 2025, *CWM: An Open-Weights LLM for Research on Code Generation with World Models*, §2.
enum CWM {
  static let architecture = Architecture(
    "cwm", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 8, "head_dim": 128,
      "sliding_window": 8192,
    ],
    settings: configuration, types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    settings.feedForward.bias = try description.bool("mlp_bias", default: false)
    try description.refuse("pretraining_tp", unless: 1)
    try description.requireRotary()
    try settings.readRotary(description, base: 1e6)
    let window = try description.window()
    settings.slide(try description.windows(layers: settings.shape.layers, window) { $0 % 4 != 0 })
    return settings
  }
}
