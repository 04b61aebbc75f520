import Basics
import TensorCore
import Weights

/// Gemma 2: norms before and after each half, soft caps on scores and logits, and every other layer behind a window.
///
/// - Parameters in a checkpoint: those of ``Gemma3`` without the norms of heads.
/// - Source: Gemma Team 2024, *Gemma 2: Improving Open Language Models at a Practical Size*, §2.
enum Gemma2 {
  static let architecture = Architecture(
    "gemma2", of: ComposedDecoder.self, defaults: defaults, settings: configuration, types: \.types,
    gguf: dialect)
  /// The same without norms after the halves, and without windows of GGUF files.
  static let vault = Architecture(
    "vaultgemma", of: ComposedDecoder.self, defaults: defaults,
    settings: { description in
      var settings = try configuration(description)
      (settings.block.afterAttention, settings.block.afterFeedForward) = (nil, nil)
      return settings
    }, types: \.types)

  private static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 8192, "rms_norm_eps": 1e-6, "num_key_value_heads": 4, "head_dim": 256,
    "query_pre_attn_scalar": 256, "sliding_window": 4096, "final_logit_softcapping": 30,
    "attn_logit_softcapping": 50,
  ]

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "gemma2",
      changing: [
        "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
        "post_ffw_norm": "post_feedforward_layernorm",
      ])
    dialect.implied = { settings in
      // llama.cpp scales queries by the head's width, but for the model of 27 billion parameters.
      let isLargest = settings["block_count"]?.integer == 46
      guard let width = isLargest ? settings.widthPerHead : settings.headWidth else {
        throw settings.failure("no head width")
      }
      var implied: [String: GGUFValue] = ["query_pre_attn_scalar": .integer(width)]
      for (name, value) in [("attn_logit_softcapping", 50.0), ("final_logit_softcapping", 30.0)]
      where settings[name] == nil {
        implied[name] = .number(value)
      }
      return implied
    }
    return dialect
  }

  static func configuration(_ description: ModelDescription) throws -> ComposedDecoder.Configuration {
    var settings = try ComposedDecoder.Configuration(
      common: description, activation: "gelu_pytorch_tanh", tied: true)
    settings.feedForward.activation = try description.activation(
      "hidden_activation", default: "gelu_pytorch_tanh")
    description.ignore("hidden_act")
    settings.norm = .rootMeanSquare(gainOffset: description.layout == .gguf ? 0 : 1)
    settings.stemRules.scale = Float(settings.shape.width).squareRoot()
    settings.stemRules.softcap = try description.softcap("final_logit_softcapping")
    settings.attention.softcap = try description.softcap("attn_logit_softcapping")
    settings.attention.scale = Float(1 / (try description.number("query_pre_attn_scalar")).squareRoot())
    settings.block.afterAttention = "post_attention_layernorm"
    settings.block.beforeFeedForward = "pre_feedforward_layernorm"
    settings.block.afterFeedForward = "post_feedforward_layernorm"
    try settings.readAttentionBias(description)
    try settings.readRotary(description)
    settings.slide(
      try description.windows(layers: settings.shape.layers, description.window()) { $0 % 2 == 0 })
    return settings
  }
}

extension ModelDescription {
  /// Where scores or logits are capped; `nil` where they are not.
  func softcap(_ name: String) throws(ModelError) -> Float? {
    self[name] == nil ? nil : Float(try number(name))
  }
}
