import Basics
import TensorCore
import Weights

/// Phi-1, Phi-1.5 and Phi-2: both halves of a block read the same normalised rows, half of each head rotates, and all maps
/// have biases, the head too.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, self_attn/{q,k,v}_proj, self_attn/dense,
///   mlp/{fc1,fc2}}`, `final_layernorm`, `lm_head`.
/// - Source: Li et al. 2023, *Textbooks Are All You Need II*, §2.1.
enum Phi {
  static let architecture = Architecture(
    "phi", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 2048, "layer_norm_eps": 1e-5], settings: configuration,
    types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "phi2",
      changing: [
        "attn_output": "self_attn.dense", "attn_qkv": "self_attn.qkv_proj", "ffn_up": "mlp.fc1",
        "ffn_down": "mlp.fc2",
      ])
    dialect.settings["attention.layer_norm_epsilon"] = "layer_norm_eps"
    dialect.tensors["output_norm"] = "final_layernorm"
    dialect.implied = { _ in ["hidden_act": .text("gelu_new")] }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, epsilon: "layer_norm_eps", activation: "gelu_new")
    settings.norm = .layer()
    settings.stem.norm = "final_layernorm"
    settings.stemRules.headBias = true
    settings.block.order = .parallel
    settings.block.beforeFeedForward = nil
    settings.attention.output = "dense"
    (settings.attention.bias, settings.attention.outputBias) = (true, true)
    settings.feedForward = .plain(
      "mlp", "fc1", "fc2", bias: true, activation: settings.feedForward.activation)
    if try description.bool("qk_layernorm", default: false) {
      settings.attention.headNorm = .each(.layer(), names: ("q_layernorm", "k_layernorm"))
    }
    description.splitsProjection("layers/*/self_attn/qkv_proj", settings.shape)
    try settings.readRotary(description, fraction: 0.5)
    return settings
  }
}
