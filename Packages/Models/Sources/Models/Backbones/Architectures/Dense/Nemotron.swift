import Basics
import TensorCore
import Weights

/// Nemotron 3 and 4, Minitron: layer norms with gains around zero, half of each head that rotates, and a plain feed-forward
/// half with the square of ReLU.
///
/// - Parameters in a checkpoint: those of ``Llama`` without `mlp/gate_proj`, with biases of norms.
/// - Source: Parmar et al. 2024, *Nemotron-4 15B Technical Report*, §2.1.
enum Nemotron {
  static let architecture = Architecture(
    "nemotron", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 4096, "norm_eps": 1e-5], settings: configuration, types: \.types,
    gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("nemotron")
    dialect.settings["attention.layer_norm_epsilon"] = "norm_eps"
    dialect.implied = { _ in ["hidden_act": .text("relu2")] }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, epsilon: "norm_eps", activation: "relu2")
    settings.norm = .layer(gainOffset: description.layout == .gguf ? 0 : 1)
    if description.layout == .gguf { description.ignore("rms_norm_eps") }  // converters write it, too
    try settings.readAttentionBias(description)
    settings.feedForward = .plain(
      "mlp", "up_proj", "down_proj",
      bias: try description.bias("mlp_bias", at: "mlp/up_proj", default: false),
      activation: settings.feedForward.activation)
    try settings.readRotary(description, fraction: 0.5)
    return settings
  }
}
