import Basics
import TensorCore

/// Ministral 3 and the texts of Mistral's models of 2025: Mistral's blocks whose queries grow with the position.
///
/// - Parameters in a checkpoint: those of ``Llama``.
/// - Source: Mistral AI 2025, *Ministral 3*; Meta 2025, *Llama 4* (the growth of queries).
enum Ministral3 {
  static let architecture = Architecture(
    "ministral3", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 262_144, "rms_norm_eps": 1e-5, "num_key_value_heads": 8, "head_dim": 128,
    ],
    settings: configuration, types: \.types)

  /// Ministral of 2024: Mistral's blocks, of which some may see everything.
  static let first = Architecture(
    "ministral", of: ComposedDecoder.self,
    defaults: [
      "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "num_key_value_heads": 8,
      "sliding_window": 4096,
    ],
    settings: { description throws(ModelError) in
      var settings = try ComposedDecoder.Configuration(common: description)
      try settings.readRotary(description)
      let window = try description.window()
      settings.slide(try description.windows(layers: settings.shape.layers, window) { _ in true })
      return settings
    }, types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    let window = try description.window()
    settings.slide(Array(repeating: window, count: settings.shape.layers))
    try description.refuse("layer_types")
    let temperature = try description.queryGrowth(settings.shape.blockSize)
    let rotary = try description.rotary(
      headWidth: settings.shape.headWidth, blockSize: settings.shape.blockSize,
      alsoRead: ModelDescription.queryGrowthFields)
    for index in settings.layers.indices {
      (settings.layers[index].rotary, settings.layers[index].temperature) = (rotary, temperature)
    }
    return settings
  }
}

extension ModelDescription {
  /// Fields of rotary settings that are of the growth of queries, or that only repeat what stands beside them.
  static let queryGrowthFields: Set = ["llama_4_scaling_beta", "max_position_embeddings"]

  /// By how much the queries of Mistral's models of 2025 grow with the logarithm of their position.
  func queryGrowth(_ blockSize: Int) throws(ModelError) -> GroupedAttention.TemperatureScaling {
    let object = (self["rope_scaling"] ?? self["rope_parameters"])?.object
    guard let beta = object?["llama_4_scaling_beta"]?.number, beta >= 0, beta.isFinite else {
      throw failure("rotary 'llama_4_scaling_beta' is missing, expected a number that is not negative")
    }
    let stated = object?["original_max_position_embeddings"]
    guard let positions = stated?.integer ?? (stated == nil ? blockSize : nil),
      (1...1 << 24).contains(positions)
    else {
      throw failure(
        "rotary 'original_max_position_embeddings' is \(stated ?? .null), expected a whole number")
    }
    return .init(floor: Double(positions), scale: beta, first: 0)
  }
}
