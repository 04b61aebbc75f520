import Basics
import TensorCore
import Weights

/// OLMo 2: the halves of a block are normalised after they are computed, and queries and keys over all heads at once.
/// OLMo 3 has windows besides, and scales the frequencies of layers that see everything only.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{self_attn/{q,k,v,o}_proj, self_attn/{q,k}_norm,
///   post_attention_layernorm, mlp/{gate,up,down}_proj, post_feedforward_layernorm}`, `norm`, `lm_head`.
/// - Source: OLMo Team 2024, *2 OLMo 2 Furious*, §2; OLMo Team 2025, *OLMo 3*, §2.
enum OLMo2 {
  static let architecture = Architecture(
    "olmo2", of: ComposedDecoder.self, defaults: defaults,
    settings: { description throws(ModelError) in
      var settings = try configuration(description)
      try settings.readRotary(description)
      // llama.cpp reads OLMo 3 under this name too.
      if description.layout == .gguf, let window = try description.window() {
        settings.slide(
          try description.windows(layers: settings.shape.layers, window) { ($0 + 1) % 4 != 0 })
        let base = try description.number("base_of_windows", default: 10_000)
        for index in settings.layers.indices where settings.layers[index].window != nil {
          settings.layers[index].rotary?.scaling = .none
          settings.layers[index].rotary?.base = base
        }
      }
      return settings
    }, types: \.types,
    gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "olmo2",
      changing: [
        "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
      ])
    dialect.settings["attention.sliding_window_pattern"] = "sliding_window_pattern"
    dialect.implied = { settings in
      guard settings["attention.sliding_window"] != nil,
        let base = settings["rope.freq_base_swa"] ?? settings["rope.freq_base"]
      else { return [:] }
      return ["base_of_windows": base]
    }
    return dialect
  }

  static let third = Architecture(
    "olmo3", of: ComposedDecoder.self, defaults: defaults.merging(["sliding_window": 4096]) { $1 },
    settings: { description throws(ModelError) in
      var settings = try configuration(description)
      let (shape, window) = (settings.shape, try description.window())
      settings.slide(try description.windows(layers: shape.layers, window) { ($0 + 1) % 4 != 0 })
      let far = try description.rotary(
        headWidth: shape.headWidth, blockSize: shape.blockSize, kind: "full_attention", defaultBase: 500_000)
      // transformers takes 'rope_theta' beside 'rope_parameters' for layers that see everything only.
      let near = try description.rotary(
        headWidth: shape.headWidth, blockSize: shape.blockSize, kind: "sliding_attention", base: "",
        defaultBase: 500_000)
      for index in settings.layers.indices {
        settings.layers[index].rotary = settings.layers[index].window == nil ? far : near
      }
      return settings
    }, types: \.types)

  private static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 2048, "rms_norm_eps": 1e-5,
  ]

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    settings.block.normalizeAfter()
    settings.attention.headNorm = .all
    try settings.readAttentionBias(description)
    return settings
  }
}
