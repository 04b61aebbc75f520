import Basics
import TensorCore

/// dots.llm1: Qwen3's attention, and experts chosen as in DeepSeek-V3.
///
/// - Parameters in a checkpoint: as ``GLM4Mixture``.
/// - Source: rednote-hilab 2025, *dots.llm1 Technical Report*, §2.1.
enum Dots1 {
  static var architecture: Architecture {
    Architecture(
      "dots1", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 2048, "rms_norm_eps": 1e-6, "num_key_value_heads": 32,
        "sliding_window": 4096, "topk_group": 1,
      ], settings: configuration, types: \.types,
      gguf: .correctedMixture("dots1"))
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description)
    try settings.readAttentionBias(description)
    settings.attention.headNorm = .each(.rootMeanSquare())
    let window = try description.window()
    let first = try description.integer("max_window_layers", default: 62, in: 0...1 << 24)
    settings.slide(try description.windows(layers: settings.shape.layers, window) { $0 >= first })
    try settings.readCorrectedMixture(description, normalizes: false, shared: 1)
    try description.refuse("expert_gating_func", unless: .integer(2))  // GGUF's number of the sigmoid
    try description.refuse("moe_layer_freq", unless: .integer(1))
    try description.refuse("scoring_func", unless: .text("noaux_tc"), .text("sigmoid"))
    return settings
  }
}
