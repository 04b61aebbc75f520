import Basics
import TensorCore

/// StarCoder2: Llama's attention behind a window, between layer norms, with a plain feed-forward half and biases.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, self_attn/{q,k,v,o}_proj,
///   post_attention_layernorm, mlp/{c_fc,c_proj}}`, `norm`, and `lm_head` unless it is tied.
/// - Source: Lozhkov et al. 2024, *StarCoder 2 and The Stack v2*, §6.1.
enum StarCoder2 {
  static let architecture = Architecture(
    "starcoder2", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 4096, "norm_epsilon": 1e-5, "num_key_value_heads": 2],
    settings: configuration, types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("starcoder2", changing: ["ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"])
    dialect.settings["attention.layer_norm_epsilon"] = "norm_epsilon"
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, epsilon: "norm_epsilon", activation: "gelu_pytorch_tanh", tied: true)
    settings.norm = .layer()
    // Of the program that trained it; transformers reads none of them.
    description.ignore(
      "mlp_type", "norm_type", "layer_norm_epsilon", "activation_function", "attention_softmax_in_fp32",
      "scale_attention_softmax_in_fp32")
    let bias = try description.bias("use_bias", at: "self_attn/q_proj", default: true)
    (settings.attention.bias, settings.attention.outputBias) = (bias, bias)
    settings.feedForward = .plain(
      "mlp", "c_fc", "c_proj", bias: bias, activation: settings.feedForward.activation)
    try settings.readRotary(description)
    let window = try description.window()
    settings.slide(Array(repeating: window, count: settings.shape.layers))
    return settings
  }
}
