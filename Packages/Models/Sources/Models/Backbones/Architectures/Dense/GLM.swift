import Basics
import TensorCore

/// GLM-4: Llama's blocks with a fused gate, biases of queries, keys and values, and half of each head that rotates in
/// neighbouring pairs. The GLM-4 of 2025 has norms after the halves too.
///
/// - Parameters in a checkpoint: those of ``Llama``, of which `mlp/gate_up_proj` holds two one behind the other; in `glm4`
///   `post_self_attn_layernorm` and `post_mlp_layernorm` besides.
/// - Source: GLM Team 2024, *ChatGLM: A Family of Large Language Models*, §2.
enum GLM {
  static let architecture = Architecture(
    "glm", of: ComposedDecoder.self, defaults: defaults, settings: configuration, types: \.types)

  static let fourth = Architecture(
    "glm4", of: ComposedDecoder.self, defaults: defaults,
    settings: { description throws(ModelError) in
      var settings = try configuration(description)
      settings.block.afterAttention = "post_self_attn_layernorm"
      settings.block.afterFeedForward = "post_mlp_layernorm"
      return settings
    }, types: \.types,
    gguf: .llama(
      "glm4",
      changing: [
        "post_attention_norm": "post_self_attn_layernorm", "post_ffw_norm": "post_mlp_layernorm",
        "ffn_up": "mlp.gate_up_proj",
      ]))

  private static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 131_072, "rms_norm_eps": 0.00000015625, "num_key_value_heads": 2,
    "head_dim": 128,
  ]

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    description.splitsGate("layers/*/mlp/gate_up_proj", settings.shape)
    settings.attention.bias = try description.bias("attention_bias", at: "self_attn/q_proj", default: true)
    try settings.readRotary(description, fraction: 0.5, layout: .interleaved)
    return settings
  }
}
