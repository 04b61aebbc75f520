import Basics
import TensorCore
import Weights

extension Gemma3n {
  static let architecture = Architecture(
    "gemma3n_text", of: Gemma3n.self, withoutGradients: .perLayerEmbeddings,
    defaults: [
      "max_position_embeddings": 32_768, "rms_norm_eps": 1e-6, "num_key_value_heads": 2, "head_dim": 256,
      "sliding_window": 512, "final_logit_softcapping": 30, "vocab_size_per_layer_input": 262_144,
      "hidden_size_per_layer_input": 256, "altup_active_idx": 0, "altup_num_inputs": 4, "laurel_rank": 64,
      "num_kv_shared_layers": 15,
    ],
    settings: Configuration.init, types: \.types, gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama("gemma3n", changing: GGUFDialect.gemmaNames.merging(layerNames) { $1 })
    dialect.hasLocalRotary = true
    dialect.settings.merge(GGUFDialect.gemmaSettings) { $1 }
    dialect.settings.merge([
      "altup.active_idx": "altup_active_idx", "altup.num_inputs": "altup_num_inputs",
      "activation_sparsity_scale": "activation_sparsity_scale",
    ]) { $1 }
    dialect.tensors.merge(GGUFDialect.gemmaTensors) { $1 }
    dialect.tensors.merge([
      "altup_proj": "altup_projections", "altup_unembd_proj": "altup_unembed_projections",
    ]) { $1 }
    dialect.implied = { settings in
      var implied = settings.inputsForLayers
      if let rank = settings.file.shape(of: "blk.0.laurel_l.weight")?.first {
        implied["laurel_rank"] = .integer(rank)
      }
      // As llama.cpp has it where files do not say.
      if settings["final_logit_softcapping"] == nil { implied["final_logit_softcapping"] = .number(30) }
      return implied
    }
    return dialect
  }

  private static let layerNames = [
    "altup_correct_coef": "altup.correction_coefs",
    "altup_correct_scale.weight": "altup.correct_output_scale",
    "altup_predict_coef": "altup.prediction_coefs", "altup_router": "altup.modality_router",
    "altup_router_norm": "altup.router_norm", "laurel_l": "laurel.linear_left",
    "laurel_r": "laurel.linear_right",
    "laurel_post_norm": "laurel.post_laurel_norm",
  ]
}

extension Gemma3n.Configuration {
  /// Reads `config.json` of `gemma3n_text`.
  init(_ description: ModelDescription) throws(ModelError) {
    self.init()
    try readDecoder(description)
    inputs = .init(
      vocabularySize: try description.integer("vocab_size_per_layer_input"),
      width: try description.integer("hidden_size_per_layer_input"))
    streams = try description.integer("altup_num_inputs", in: 1...64)
    active = try description.integer("altup_active_idx", in: 0...streams - 1)
    scalesOutput = try description.bool("altup_correct_scale", default: true)
    rank = try description.integer("laurel_rank")
    // Of training.
    description.ignore("altup_coef_clip")
    try readLayers(description)
  }

  private mutating func readLayers(_ description: ModelDescription) throws(ModelError) {
    let isGlobal = try description.globalLayers(shape.layers, period: 5)
    let window = try description.integer("sliding_window")
    let (width, block) = (shape.headWidth, shape.blockSize)
    let far = try description.rotary(
      headWidth: width, blockSize: block, kind: "full_attention", defaultBase: 1e6)
    let near = try description.rotary(
      headWidth: width, blockSize: block, kind: "sliding_attention", base: "rope_local_base_freq")
    let hidden = try description.hiddenWidths(shape.layers)
    let cuts = try description.gateCuts(shape.layers)
    layers = isGlobal.enumerated().map { index, isGlobal in
      var layer = GemmaLayer(
        shape: shape, window: isGlobal ? nil : window, rotary: isGlobal ? far : near,
        gateCut: cuts[index])
      layer.shape.hidden = hidden[index]
      return layer
    }
    try description.shareKeys(&layers, isGlobal: isGlobal, default: 15)
  }
}

extension ModelDescription {
  /// The hidden width of each layer: one for all, or a list.
  func hiddenWidths(_ layers: Int) throws(ModelError) -> [Int] {
    let name = "intermediate_size"
    guard let list = self[name]?.list else {
      return Array(repeating: try integer(name), count: layers)
    }
    let widths = list.compactMap(\.integer).filter { (1...1 << 24).contains($0) }
    guard widths.count == list.count, widths.count == layers else {
      throw invalid(name, .list(list), "a whole number from 1, or one for each of \(layers) layers")
    }
    return widths
  }

  /// Below which each layer cuts gates to zero, in deviations; by the part that is cut, or in a GGUF file as it is.
  fileprivate func gateCuts(_ layers: Int) throws(ModelError) -> [Double?] {
    if layout == .gguf {
      let name = "activation_sparsity_scale"
      guard let value = self[name], let cuts = value.list?.compactMap(\.number), cuts.count == layers,
        cuts.allSatisfy({ $0 < .infinity })
      else {
        throw invalid(name, self[name] ?? .null, "a number for each of \(layers) layers")
      }
      return cuts.map { $0 == -.infinity ? nil : $0 }
    }
    return try sparsities(layers).map { $0 > 0 ? SparseFeedForward.normalQuantile($0) : nil }
  }

  private func sparsities(_ layers: Int) throws(ModelError) -> [Double] {
    let name = "activation_sparsity_pattern"
    guard let value = self[name] else {
      return (0..<layers).map { $0 < 10 && layers > 10 ? 0.95 : 0 }
    }
    let numbers = (value.list ?? []).compactMap(\.number).filter { 0 <= $0 && $0 < 1 }
    guard numbers.count == value.list?.count, numbers.count == layers else {
      throw invalid(name, value, "a number from 0 to below 1 for each of \(layers) layers")
    }
    return numbers
  }
}
