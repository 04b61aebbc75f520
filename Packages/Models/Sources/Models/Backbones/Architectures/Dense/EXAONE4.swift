import Basics
import TensorCore

/// EXAONE 4: the halves of a block are normalised after they are computed, query and key heads before they rotate, and layers
/// that see everything beside others behind a window have no positions.
///
/// - Parameters in a checkpoint: those of ``OLMo2`` with `self_attn/{q,k}_norm` `[head width]`.
/// - Source: LG AI Research 2025, *EXAONE 4.0*, §2.1.
enum EXAONE4 {
  static let architecture = Architecture(
    "exaone4", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "num_key_value_heads": 32,
      "sliding_window": 4096, "sliding_window_pattern": 4,
    ],
    settings: configuration, types: \.types,
    gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "exaone4",
      changing: [
        "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
      ])
    dialect.settings["attention.sliding_window_pattern"] = "sliding_window_pattern"
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    settings.block.normalizeAfter()
    settings.attention.headNorm = .each(.rootMeanSquare())
    try settings.readRotary(description)
    let (window, types) = (try description.window(), description["layer_types"])
    let pattern = description["sliding_window_pattern"]
    if window == nil {
      guard types != nil || description.layout == .gguf else {
        throw description.failure("no 'sliding_window' and no 'layer_types', expected one of them")
      }
      settings.slide(try description.windows(layers: settings.shape.layers, nil) { _ in false })
      return settings
    }
    var period = 4
    if types == nil, let pattern, pattern.list == nil || description.layout == .hub {
      period = try description.period(pattern)
    }
    settings.slide(
      try description.windows(layers: settings.shape.layers, window) { ($0 + 1) % period != 0 })
    settings.rotateOnlyWindows()
    return settings
  }
}

extension ModelDescription {
  /// Of how many layers one sees everything.
  fileprivate func period(_ value: JSONValue) throws(ModelError) -> Int {
    guard let period = value.integer, (1...10_000).contains(period) else {
      throw invalid("sliding_window_pattern", value, "a whole number from 1 to 10000 beside no 'layer_types'")
    }
    return period
  }
}
