import Basics
import TensorCore
import Weights

/// Llama 4, its text model: layers that see a piece of the text and rotate, and layers that see all of it and do not.
///
/// - Parameters in a checkpoint: `layers/N/feed_forward/{router, experts/{gate_up_proj, down_proj}, shared_expert}`, experts
///   `[experts, inner, outputs]`; layers that are no mixtures have Llama's network there.
/// - Source: Meta 2025, *The Llama 4 herd*, and `modeling_llama4.py` of `transformers` 5.24.
enum Llama4 {
  static var architecture: Architecture {
    Architecture(
      "llama4_text", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 8, "head_dim": 128,
        "num_experts_per_tok": 1, "attention_chunk_size": 8192,
      ], settings: configuration, types: \.types, gguf: dialect)
  }

  /// What files do not hold is what llama.cpp takes: the lengths of pieces, and the queries of layers that do not rotate.
  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.mixture(
      "llama4", half: "feed_forward", router: "router", shared: "shared_expert",
      settings: [
        "feed_forward_length": "intermediate_size_mlp", "expert_feed_forward_length": "intermediate_size",
        "interleave_moe_layer_step": "interleave_moe_layer_step",
      ],
      changing: [
        "ffn_gate": "feed_forward.gate_proj", "ffn_up": "feed_forward.up_proj",
        "ffn_down": "feed_forward.down_proj",
      ])
    dialect.implied = { settings in
      // The model with 128 experts alone does not normalise queries and keys.
      [
        "attention_chunk_size": .integer(8192),
        "use_qk_norm": .bool(settings["expert_count"]?.integer != 128),
      ]
    }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      mixture: description, base: 500_000, layout: .interleaved)
    try settings.readAttentionBias(description)
    try settings.readLayers(description)
    description.ignore("for_llm_compressor")  // of the program that quantised it
    settings.feedForward.name = "feed_forward"
    settings.mixture.routing = try description.routing(experts: "num_local_experts", default: 16)
    settings.mixture.routing.scores = .sigmoid
    settings.mixture.routing.normalizes = false
    settings.mixture.weighsInput = true
    settings.mixture.router = .init("router")
    if description.layout == .hub {
      settings.mixture.experts = .init(up: ["experts/gate_up_proj"], down: "experts/down_proj")
      settings.mixture.experts.orientation = .innerByOutputs
    }
    settings.mixture.shared = .init(name: "shared_expert", hidden: settings.shape.hidden)
    let step = try description.integer("interleave_moe_layer_step", default: 1)
    let mixtures = Set(
      try description.integers("moe_layers")
        ?? Array(stride(from: step - 1, to: settings.shape.layers, by: step)))
    settings.mix { mixtures.contains($0) }
    settings.shape.hidden = try description.integer("intermediate_size_mlp", default: 16_384)
    return settings
  }
}

extension ComposedDecoder.Configuration {
  /// Which layers rotate, which see a piece only, and what becomes of the queries of those that do not rotate.
  fileprivate mutating func readLayers(_ description: ModelDescription) throws(ModelError) {
    let interval = try description.integer("no_rope_layer_interval", default: 4)
    let byInterval = (0..<shape.layers).map { ($0 + 1) % interval == 0 ? 0 : 1 }
    let stated = try description.integers("no_rope_layers") ?? []
    let rotates = stated.isEmpty ? byInterval : stated
    guard rotates.count == shape.layers else {
      throw description.failure(
        .invalid(
          key: "no_rope_layers", found: "\(rotates.count) entries",
          expected: "one for each of \(shape.layers) layers"))
    }
    for index in layers.indices where rotates[index] == 0 { layers[index].rotary = nil }
    let chunk =
      description["attention_chunk_size"] == nil ? nil : try description.integer("attention_chunk_size")
    for (index, chunk) in try chunks(chunk, description).enumerated() { layers[index].chunk = chunk }
    attention.headNorm = try description.bool("use_qk_norm", default: true) ? .unit : nil
    attention.normalizesRotated = true
    let floor = try description.number("floor_scale", default: 8192)
    let scale = try description.number("attn_scale", default: 0.1)
    if try description.truth("attn_temperature_tuning", default: true) {
      let temperature = GroupedAttention.TemperatureScaling(floor: floor, scale: scale)
      for index in layers.indices where layers[index].rotary == nil {
        layers[index].temperature = temperature
      }
    }
  }

  private func chunks(_ chunk: Int?, _ description: ModelDescription) throws(ModelError) -> [Int?] {
    guard let types = description["layer_types"] else { return layers.map { $0.rotary == nil ? nil : chunk } }
    guard let list = types.list, list.count == shape.layers else {
      throw description.failure(
        .invalid(key: "layer_types", found: "\(types)", expected: "one for each of \(shape.layers) layers"))
    }
    var chunks: [Int?] = []
    for type in list {
      switch type.text {
      case "full_attention": chunks.append(nil)
      case "chunked_attention":
        guard let chunk else {
          throw description.failure(.missing(key: "attention_chunk_size"))
        }
        chunks.append(chunk)
      default: throw description.failure(.layerType("\(type)"))
      }
    }
    return chunks
  }
}

extension ModelDescription {
  /// True or false, or 1 or 0 as older files say it.
  fileprivate func truth(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
    if let integer = self[name]?.integer, (0...4).contains(integer) { return integer != 0 }
    return try bool(name, default: fallback)
  }
}
