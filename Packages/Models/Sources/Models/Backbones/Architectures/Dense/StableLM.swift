import Basics
import TensorCore

/// StableLM 2 and StableLM 3B: Llama's blocks with layer norms, a quarter of each head that rotates, and halves that may read
/// the same rows.
///
/// - Parameters in a checkpoint: those of ``Llama``, with biases of norms.
/// - Source: Bellagente et al. 2024, *Stable LM 2 1.6B Technical Report*, §2.
enum StableLM {
  static let architecture = Architecture(
    "stablelm", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 4096, "layer_norm_eps": 1e-5, "num_key_value_heads": 32],
    settings: configuration, types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("stablelm")
    dialect.settings["attention.layer_norm_epsilon"] = "layer_norm_eps"
    dialect.settings["use_parallel_residual"] = "use_parallel_residual"
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description, epsilon: "layer_norm_eps")
    try settings.deriveHeadWidth(description)
    settings.norm = .layer()
    settings.attention.bias = try description.bias("use_qkv_bias", at: "self_attn/q_proj", default: false)
    try description.refuse("qk_layernorm", unless: false)
    if try description.bool("use_parallel_residual", default: false) {
      settings.block.order = .parallel
      settings.block.beforeFeedForward = nil
    }
    try settings.readRotary(description, fraction: 0.25)
    // transformers fails, or turns what is not there, where a quarter of a head is less than a pair.
    guard settings.shape.headWidth >= 8 || settings.layers[0].rotary?.width != 2 else {
      throw description.failure("heads \(settings.shape.headWidth) wide rotate less than a pair of elements")
    }
    return settings
  }
}
