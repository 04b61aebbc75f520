import Basics

/// Qwen2 and Qwen2.5: the blocks of ``Llama`` with biases on queries, keys and values, and a window in later layers.
///
/// - Parameters in a checkpoint: those of ``Llama`` and `self_attn/{q,k,v}_proj/bias`.
/// - Source: Yang et al. 2024, *Qwen2 Technical Report*, §2.2.1.
public enum Qwen2 {
  public static var architecture: Architecture {
    Architecture(
      "qwen2", "qwen", of: Llama.self, defaultsOfNames: ["qwen2": defaults], settings: configuration,
      types: \.types, gguf: .llama("qwen2"))
  }

  /// Of Qwen3 too.
  static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 32_768, "rms_norm_eps": 1e-6, "num_key_value_heads": 32,
    "sliding_window": 4096, "max_window_layers": 28,
  ]

  /// Reads `config.json` of `qwen2`.
  static func configuration(_ description: ModelDescription) throws(ModelError) -> Llama.Configuration {
    var settings = try Llama.Configuration(common: description)
    settings.qkvBias = true
    description.ignore("attention_bias")
    settings.windows = try description.qwenWindows(layers: settings.shape.layers)
    return settings
  }
}

extension ModelDescription {
  /// Layers from `max_window_layers` on slide, if `use_sliding_window`.
  func qwenWindows(layers: Int) throws(ModelError) -> [Int?] {
    let slides = try bool("use_sliding_window", default: false)
    let given = try window()
    let first = try integer("max_window_layers", default: layers, in: 0...1 << 24)
    return try windows(layers: layers, slides ? given : nil) { $0 >= first }
  }
}
