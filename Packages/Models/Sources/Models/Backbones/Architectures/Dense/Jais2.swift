import Basics
import TensorCore
import Weights

/// Jais 2: Llama's attention between layer norms, with a plain feed-forward half, the square of ReLU, and biases.
///
/// - Parameters in a checkpoint: those of ``Llama`` without `mlp/gate_proj`, with biases.
/// - Source: the configuration and code of `jais2` in `transformers`.
enum Jais2 {
  static let architecture = Architecture(
    "jais2", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 8192, "layer_norm_eps": 1e-5], settings: configuration,
    types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("jais2")
    dialect.settings["attention.layer_norm_epsilon"] = "layer_norm_eps"
    dialect.implied = { _ in ["hidden_act": .text("relu2")] }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, epsilon: "layer_norm_eps", activation: "relu2")
    settings.norm = .layer()
    try settings.readAttentionBias(description, default: true)
    settings.feedForward = .plain(
      "mlp", "up_proj", "down_proj", bias: try description.bias("mlp_bias", at: "mlp/up_proj", default: true),
      activation: settings.feedForward.activation)
    try settings.readRotary(description)
    return settings
  }
}
