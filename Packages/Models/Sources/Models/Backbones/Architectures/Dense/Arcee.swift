import Basics
import TensorCore
import Weights

/// Arcee's AFM: Llama's blocks with a plain feed-forward half and the square of ReLU.
///
/// - Parameters in a checkpoint: those of ``Llama`` without `mlp/gate_proj`.
/// - Source: Arcee AI 2025, *Arcee Foundation Models*; So et al. 2021, *Primer*, §4.
enum Arcee {
  static let architecture = Architecture(
    "arcee", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 4096, "rms_norm_eps": 1e-5], settings: configuration,
    types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("arcee")
    dialect.implied = { _ in ["hidden_act": .text("relu2")] }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description, activation: "relu2")
    try settings.readAttentionBias(description)
    settings.feedForward = .plain(
      "mlp", "up_proj", "down_proj",
      bias: try description.bias("mlp_bias", at: "mlp/up_proj", default: false),
      activation: settings.feedForward.activation)
    try settings.readRotary(description, layout: description.permutedRotary)
    return settings
  }
}
