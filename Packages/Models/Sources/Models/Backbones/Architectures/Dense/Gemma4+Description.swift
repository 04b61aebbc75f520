import Basics
import TensorCore
import Weights

extension Gemma4 {
  static let architecture = Architecture(
    "gemma4_text", of: Gemma4.self, withoutGradients: .perLayerEmbeddings, defaults: defaults,
    settings: Configuration.init, types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("gemma4", changing: GGUFDialect.gemmaNames.merging(layerNames) { $1 })
    dialect.hasLocalRotary = true
    dialect.settings.merge(GGUFDialect.gemmaSettings) { $1 }
    dialect.settings.merge([
      "attention.key_length": "global_head_dim", "attention.key_length_swa": "head_dim",
      "attention.value_length_swa": "value_width_swa", "rope.dimension_count_swa": "rotary_width_swa",
      "expert_count": "num_experts", "expert_used_count": "top_k_experts",
      "expert_feed_forward_length": "moe_intermediate_size",
    ]) { $1 }
    dialect.tensors.merge(GGUFDialect.gemmaTensors) { $1 }
    dialect.implied = { settings in
      var implied = settings.inputsForLayers
      if let heads = settings["attention.head_count_kv"]?.array {
        implied["key_heads_of_layers"] = .array(heads)
        implied["num_key_value_heads"] = .integer(try heads.integers()?.first ?? 0)
      }
      return implied
    }
    return dialect
  }

  private static let layerNames = [
    "layer_output_scale.weight": "layer_scalar", "ffn_gate_inp": "router.proj",
    "ffn_gate_inp.scale": "router.scale",
    "ffn_gate_up_exps.weight": "experts.gate_up_proj", "ffn_down_exps.weight": "experts.down_proj",
    "ffn_down_exps.scale": "router.per_expert_scale", "pre_ffw_norm_2": "pre_feedforward_layernorm_2",
    "post_ffw_norm_1": "post_feedforward_layernorm_1", "post_ffw_norm_2": "post_feedforward_layernorm_2",
  ]

  private static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "num_key_value_heads": 4, "head_dim": 256,
    "sliding_window": 512, "hidden_size_per_layer_input": 256, "vocab_size_per_layer_input": 262_144,
    "rope_parameters": .object([
      ("sliding_attention", .object([("rope_type", "default"), ("rope_theta", 10_000)])),
      (
        "full_attention",
        .object([("rope_type", "proportional"), ("partial_rotary_factor", 0.25), ("rope_theta", 1e6)])
      ),
    ]),
  ]
}

extension Gemma4.Configuration {
  /// Reads `config.json` of `gemma4_text`.
  init(_ description: ModelDescription) throws(ModelError) {
    self.init()
    try readDecoder(description)
    let width = try description.integer("hidden_size_per_layer_input", in: 0...1 << 24)
    if width > 0 {
      inputs = .init(
        vocabularySize: try description.integer(
          "vocab_size_per_layer_input", in: shape.vocabularySize...1 << 24),
        width: width)
    } else {
      description.ignore("vocab_size_per_layer_input")
    }
    try readLayers(description)
    try readMixture(description)
    try description.refuse("use_bidirectional_attention", unless: "vision")
  }

  private mutating func readLayers(_ description: ModelDescription) throws(ModelError) {
    var isGlobal = try description.globalLayers(shape.layers, period: 6)
    isGlobal[shape.layers - 1] = true
    let window = try description.integer("sliding_window")
    let sharesProjection = try description.bool("attention_k_eq_v", default: false)
    let doubles = try description.bool("use_double_wide_mlp", default: false)
    let shapes = try description.shapes(of: shape, isGlobal: isGlobal, sharesProjection: sharesProjection)
    let hidden = try description.hiddenWidths(shape.layers)
    layers = []
    for (index, isGlobal) in isGlobal.enumerated() {
      var layer = GemmaLayer(shape: shapes[index], window: isGlobal ? nil : window)
      layer.shape.hidden = hidden[index]
      layer.rotary = try description.nestedRotary(shapes[index], isGlobal: isGlobal)
      let values = "layers/\(index)/self_attn/v_proj/weight"
      if description.layout == .gguf ? !description.holdsParameter(values) : sharesProjection && isGlobal {
        layer.keys = .ownAsValues
      }
      layers.append(layer)
    }
    try description.shareKeys(&layers, isGlobal: isGlobal, default: 0)
    for index in layers.indices {
      if doubles, case .ofLayer = layers[index].keys { layers[index].shape.hidden *= 2 }
    }
  }

  private mutating func readMixture(_ description: ModelDescription) throws(ModelError) {
    let isMixture = description.layout == .gguf && description["num_experts"] != nil
    guard try description.bool("enable_moe_block", default: isMixture) else {
      return description.ignore("num_experts", "top_k_experts", "moe_intermediate_size")
    }
    var mixture = MixtureOfExperts.Configuration()
    mixture.routing = try description.routing(experts: "num_experts", active: "top_k_experts")
    mixture.router = Router.Names("proj")
    mixture.experts = Experts.Names(up: ["experts/gate_up_proj"], down: "experts/down_proj")
    mixture.hidden = try description.integer("moe_intermediate_size")
    mixture.gate = .plain(activation)
    self.mixture = mixture
  }
}

extension ModelDescription {
  /// Rotary positions of one kind of layer, which must stand in `rope_parameters` and nowhere else.
  fileprivate func nestedRotary(_ shape: DecoderShape, isGlobal: Bool) throws(ModelError) -> RotarySettings {
    let kind = isGlobal ? "full_attention" : "sliding_attention"
    try refuse("rope_scaling")
    try refuse("rope_theta")
    try refuse("partial_rotary_factor")
    guard self["rope_parameters"]?.object?[kind]?.object != nil else {
      throw missing("rope_parameters/\(kind)")
    }
    return try rotary(
      headWidth: shape.headWidth, blockSize: shape.blockSize, kind: kind, isDivided: isGlobal)
  }

  /// The sizes of each layer: as `per_layer_config` has them, or those that see everything with heads of their own.
  fileprivate func shapes(of shape: DecoderShape, isGlobal: [Bool], sharesProjection: Bool)
    throws(ModelError) -> [DecoderShape]
  {
    var shapes = isGlobal.map { _ in shape }
    if let changes = self["per_layer_config"] {
      ignore("global_head_dim", "num_global_key_value_heads")
      try change(&shapes, by: changes)
    } else {
      let headWidth = try integer("global_head_dim", default: 512, in: 1...65_536)
      let keyHeads =
        self["num_global_key_value_heads"] == nil ? nil : try integer("num_global_key_value_heads")
      for index in shapes.indices where isGlobal[index] {
        shapes[index].headWidth = headWidth
        if sharesProjection, let keyHeads { shapes[index].keyHeads = keyHeads }
      }
    }
    if layout == .gguf { try readWidths(&shapes) }
    for shape in shapes {
      guard shape.heads % shape.keyHeads == 0 else {
        throw failure(.keyHeads(shape.keyHeads, heads: shape.heads))
      }
      guard shape.heads * shape.headWidth <= Self.widest else {
        throw failure(.tooWide(heads: shape.heads, headWidth: shape.headWidth, most: Self.widest))
      }
    }
    return shapes
  }

  /// What GGUF files say of the heads of each layer.
  private func readWidths(_ shapes: inout [DecoderShape]) throws(ModelError) {
    let own = try integer("head_dim")
    for name in ["value_width_swa", "rotary_width_swa"] {
      let width = try integer(name, default: own)
      guard width == own else { throw invalid(name, .integer(width), "\(own), as '\(fileName("head_dim"))'") }
    }
    guard let heads = try integers("key_heads_of_layers") else { return }
    guard heads.count == shapes.count, heads.allSatisfy({ $0 > 0 }) else {
      throw invalid(
        "num_key_value_heads", .list(heads.map(JSONValue.integer)), "one for each of \(shapes.count) layers")
    }
    for index in shapes.indices { shapes[index].keyHeads = heads[index] }
  }

  private func change(_ shapes: inout [DecoderShape], by changes: JSONValue) throws(ModelError) {
    let name = "per_layer_config"
    guard let changes = changes.object else { throw invalid(name, changes, "an object") }
    for layer in changes.names {
      guard let index = Int(layer), shapes.indices.contains(index), let own = changes[layer]?.object else {
        throw invalid(
          "\(name)/\(layer)", changes[layer] ?? .null, "settings of a layer from 0 to \(shapes.count - 1)")
      }
      for key in own.names {
        guard let value = own[key]?.integer, (1...65_536).contains(value),
          ["head_dim", "num_key_value_heads"].contains(key)
        else {
          throw invalid(
            "\(name)/\(layer)/\(key)", own[key] ?? .null,
            "'head_dim' or 'num_key_value_heads', a whole number from 1 to 65536")
        }
        if key == "head_dim" { shapes[index].headWidth = value } else { shapes[index].keyHeads = value }
      }
    }
  }
}
