import Basics

/// Qwen3: the blocks of ``Llama``, whose query and key heads are normalised before they rotate.
///
/// - Parameters in a checkpoint: those of ``Llama`` and `self_attn/{q,k}_norm` `[head width]`.
/// - Source: Yang et al. 2025, *Qwen3 Technical Report*, §2.
public enum Qwen3 {
  public static var architecture: Architecture {
    Architecture(
      "qwen3", of: Llama.self, defaults: Qwen2.defaults.merging(["head_dim": 128]) { $1 },
      settings: configuration, types: \.types, gguf: .llama("qwen3"))
  }

  /// Reads `config.json` of `qwen3`.
  static func configuration(_ description: ModelDescription) throws(ModelError) -> Llama.Configuration {
    var settings = try Llama.Configuration(common: description)
    settings.headNorms = true
    settings.qkvBias = try description.bool("attention_bias", default: false)
    settings.outputBias = settings.qkvBias
    settings.windows = try description.qwenWindows(layers: settings.shape.layers)
    return settings
  }
}
