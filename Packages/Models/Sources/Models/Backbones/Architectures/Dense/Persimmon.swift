import Basics
import TensorCore

/// Persimmon: GPT-NeoX's projections with layer norms of query and key heads, and the square of ReLU.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{input_layernorm, self_attn/{query_key_value,dense},
///   self_attn/{q,k}_layernorm, post_attention_layernorm, mlp/{dense_h_to_4h,dense_4h_to_h}}`, `final_layernorm`,
///   `lm_head`.
/// - Source: Elsen et al. 2023, *Releasing Persimmon-8B*.
enum Persimmon {
  static let architecture = Architecture(
    "persimmon", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 16_384, "layer_norm_eps": 1e-5], settings: configuration,
    types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, epsilon: "layer_norm_eps", activation: "relu2")
    try settings.deriveHeadWidth(description)
    try description.refuse("num_key_value_heads", unless: .integer(settings.shape.heads))
    settings.norm = .layer()
    settings.stem.norm = "final_layernorm"
    (settings.attention.bias, settings.attention.outputBias) = (true, true)
    settings.attention.output = "dense"
    if try description.bool("qk_layernorm", default: true) {
      settings.attention.headNorm = .each(.layer(), names: ("q_layernorm", "k_layernorm"))
    }
    settings.feedForward = .plain(
      "mlp", "dense_h_to_4h", "dense_4h_to_h", bias: true, activation: settings.feedForward.activation)
    description.splitsGroupedProjection("layers/*/self_attn/query_key_value", settings.shape)
    try settings.readRotary(description, fraction: 0.5)
    return settings
  }
}
