import Basics
import TensorCore

/// OLMo: Llama's blocks with norms that have no parameters; queries, keys and values may be cut off.
///
/// - Parameters in a checkpoint: those of ``Llama`` without norms.
/// - Source: Groeneveld et al. 2024, *OLMo: Accelerating the Science of Language Models*, §2.1.
enum OLMo {
  static let architecture = Architecture(
    "olmo", of: ComposedDecoder.self, defaults: ["max_position_embeddings": 2048], settings: configuration,
    types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("olmo")
    dialect.settings["attention.layer_norm_epsilon"] = "layer_norm_eps"
    dialect.settings["attention.clamp_kqv"] = "clip_qkv"
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = ComposedDecoder.Configuration()
    settings.shape = try description.decoderShape()
    settings.layers = Array(repeating: LayerPlan(), count: settings.shape.layers)
    settings.norm = .bareLayer
    settings.epsilon = 1e-5
    if description.layout == .gguf { settings.epsilon = try description.number("layer_norm_eps") }
    settings.feedForward.activation = try description.activation("hidden_act", default: "silu")
    try settings.readHead(description, tied: false)
    // No file of GGUF has biases: its converter would not permute them.
    if description.layout == .hub { try settings.readAttentionBias(description) }
    settings.attention.clip = try description.softcap("clip_qkv")
    try settings.readRotary(description, layout: description.permutedRotary)
    return settings
  }
}
