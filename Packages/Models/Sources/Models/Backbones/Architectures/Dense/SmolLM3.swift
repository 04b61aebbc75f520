import Basics
import TensorCore

/// SmolLM3: Llama's blocks, of which every fourth has no positions.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Bakouch et al. 2025, *SmolLM3*; Yang et al. 2025, *Rope to Nope and Back Again*, §4.
enum SmolLM3 {
  static let architecture = Architecture(
    "smollm3", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 32_768, "rms_norm_eps": 1e-6, "num_key_value_heads": 4],
    settings: configuration, types: \.types, gguf: .llama("smollm3"))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description, tied: true)
    let count = settings.shape.layers
    description.ignore("pretraining_tp", "max_window_layers")  // transformers reads them nowhere
    try settings.readAttentionBias(description)
    settings.feedForward.bias = try description.bias("mlp_bias", at: "mlp/up_proj", default: false)
    try settings.readRotary(description, base: 2e6, layout: description.permutedRotary)
    let period = try description.integer("no_rope_layer_interval", default: 4)
    let rotates = try description.flags("no_rope_layers", count: count) { ($0 + 1) % period != 0 }
    for index in 0..<count where !rotates[index] { settings.layers[index].rotary = nil }
    let slides = try description.bool("use_sliding_window", default: false)
    let window = try description.window()
    settings.slide(try description.windows(layers: count, window) { slides && !rotates[$0] })
    return settings
  }
}

extension ModelDescription {
  /// One flag a layer, 0 or 1.
  func flags(_ name: String, count: Int, default fallback: (Int) -> Bool) throws(ModelError) -> [Bool] {
    guard let value = self[name] else { return (0..<count).map(fallback) }
    guard let flags = value.list?.compactMap(\.integer), flags.count >= count,
      flags.count == value.list?.count, flags.allSatisfy({ $0 == 0 || $0 == 1 })
    else { throw invalid(name, value, "0 or 1 for each of \(count) layers") }
    return flags.prefix(count).map { $0 == 1 }
  }
}
