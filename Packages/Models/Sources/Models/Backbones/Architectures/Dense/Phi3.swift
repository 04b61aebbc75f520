import Basics
import TensorCore
import Weights

/// Phi-3, Phi-3.5 and Phi-4: Llama's blocks with fused projections, a window, and a part of each head that may rotate.
///
/// - Parameters in a checkpoint: those of ``Llama``, of which `self_attn/qkv_proj` holds three one behind the other, and
///   `mlp/gate_up_proj` two.
/// - Source: Abdin et al. 2024, *Phi-3 Technical Report*, §2.
enum Phi3 {
  static let architecture = Architecture(
    "phi3", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 4096, "original_max_position_embeddings": 4096, "rms_norm_eps": 1e-5,
    ],
    settings: configuration, types: \.types,
    gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "phi3", changing: ["attn_qkv": "self_attn.qkv_proj", "ffn_up": "mlp.gate_up_proj"])
    dialect.implied = { settings in
      // As of folders: frequencies of short sequences hold up to the length of training.
      guard settings.hasShortFactors, let limit = settings["rope.scaling.original_context_length"] else {
        return [:]
      }
      return ["max_position_embeddings": limit]
    }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    description.splitsProjection("layers/*/self_attn/qkv_proj", settings.shape)
    description.splitsGate("layers/*/mlp/gate_up_proj", settings.shape)
    if let limit = try description.longRotaryLimit() {
      settings.shape.blockSize = min(settings.shape.blockSize, limit)
    }
    try settings.readRotary(description, fraction: 1)
    let window = try description.window()
    settings.slide(Array(repeating: window, count: settings.shape.layers))
    return settings
  }
}

extension ModelDescription {
  /// Up to how many positions the frequencies of short sequences hold, where those of longer ones differ from the first
  /// position on; `nil` where they do not.
  fileprivate func longRotaryLimit() throws(ModelError) -> Int? {
    let object = (self["rope_scaling"] ?? self["rope_parameters"])?.object
    guard layout == .hub, let type = (object?["rope_type"] ?? object?["type"])?.text, type != "default" else {
      return nil
    }
    guard type == "longrope" || type == "su" else {
      throw failure("rotary type '\(type)' is not implemented, expected 'longrope'")
    }
    return try integer("original_max_position_embeddings")
  }
}
