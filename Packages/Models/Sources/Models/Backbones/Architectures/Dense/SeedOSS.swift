import Basics
import TensorCore

/// Seed-OSS: Llama's blocks, with biases of queries, keys and values apart from that of the attention's output.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: ByteDance Seed Team 2025, *Seed-OSS Open-Source Models*.
enum SeedOSS {
  static let architecture = Architecture(
    "seed_oss", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 524_288, "rms_norm_eps": 1e-6, "num_key_value_heads": 8, "head_dim": 128,
    ],
    settings: configuration, types: \.types,
    gguf: .llama("seed_oss", changing: ["post_attention_norm": "post_attention_layernorm"]))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    settings.attention.bias = try description.bias("attention_bias", at: "self_attn/q_proj", default: true)
    settings.attention.outputBias = try description.bias(
      "attention_out_bias", at: "self_attn/o_proj", default: false)
    settings.feedForward.bias = try description.bias("mlp_bias", at: "mlp/up_proj", default: false)
    description.ignore("residual_dropout")
    try description.refuse("pretraining_tp", unless: 1)
    try settings.readRotary(description)
    return settings
  }
}
