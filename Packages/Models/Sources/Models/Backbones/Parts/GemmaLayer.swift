import Basics
import Configurate
import TensorCore

/// What one layer of Gemma 3n or 4 does by itself.
struct GemmaLayer: Sendable {
  /// The model's sizes with those of this layer's heads and feed-forward half.
  var shape = DecoderShape()
  /// How many positions a row sees; `nil` for all.
  var window: Int?
  var rotary = RotarySettings()
  var keys = SharedAttention.Keys.own
  /// Below which gates are cut to zero, in deviations from their mean; `nil` where none is.
  var gateCut: Double?
}

/// The settings that ``Gemma3n`` and ``Gemma4`` have alike.
protocol GemmaSettings: Settings {
  var shape: DecoderShape { get set }
  var softcap: Float? { get set }
  var epsilon: Double { get set }
  var activation: Activation { get set }
  var attentionBias: Bool { get set }
  var tiedHead: Bool { get set }
  var layers: [GemmaLayer] { get set }
  var types: NumericTypes { get set }
}

extension GemmaSettings {
  /// Reads all but the layers.
  mutating func readDecoder(_ description: ModelDescription) throws(ModelError) {
    shape = try description.decoderShapeWithoutHidden()
    softcap = try description.softcap("final_logit_softcapping")
    epsilon = try description.number("rms_norm_eps")
    activation = try description.activation("hidden_activation", default: "gelu_pytorch_tanh")
    attentionBias = try description.bool("attention_bias", default: false)
    tiedHead = try description.tiesHead(default: true)
  }

  var mode: ComputeMode { types.activation.mode }

  func stem(_ parameters: ParameterReader) -> DecoderStem {
    var rules = DecoderStem.Rules(scale: Float(shape.width).squareRoot())
    rules.softcap = softcap
    return DecoderStem(
      shape, .init(head: tiedHead ? nil : "lm_head"), rules, norm: .rootMeanSquare(), epsilon: epsilon,
      mode: mode, parameters: parameters)
  }

  /// A block for each layer, made of the layer's settings and a reader at the layer.
  func blocks<Block>(
    _ parameters: ParameterReader, _ makeBlock: (GemmaLayer, GemmaHalves, ParameterReader) -> Block
  ) -> [Block] {
    let tables = RotaryTables(layers.map(\.rotary), blockSize: shape.blockSize)
    return layers.enumerated().map { index, layer in
      let own = parameters.scoped(to: "layers").scoped(to: "\(index)")
      let halves = GemmaHalves(
        self, layer, index: index, rotary: tables.table(of: layer.rotary)!, parameters: own)
      return makeBlock(layer, halves, own)
    }
  }
}

/// What blocks of ``Gemma3n`` and ``Gemma4`` have alike: attention, and the norms before and after both halves.
struct GemmaHalves: Sendable {
  let attention: SharedAttention
  let beforeAttention: Norm
  let afterAttention: Norm
  let beforeFeedForward: Norm
  let afterFeedForward: Norm

  fileprivate init(
    _ settings: some GemmaSettings, _ layer: GemmaLayer, index: Int, rotary: RotaryTable,
    parameters: ParameterReader
  ) {
    func norm(_ name: String) -> Norm {
      Norm(
        .rootMeanSquare(), width: layer.shape.width, epsilon: settings.epsilon,
        parameters: parameters.scoped(to: name))
    }
    attention = SharedAttention(
      layer.keys, layer: index, shape: layer.shape, window: layer.window, rotary: rotary,
      bias: settings.attentionBias, epsilon: settings.epsilon, mode: settings.mode,
      parameters: parameters.scoped(to: "self_attn"))
    beforeAttention = norm("input_layernorm")
    afterAttention = norm("post_attention_layernorm")
    beforeFeedForward = norm("pre_feedforward_layernorm")
    afterFeedForward = norm("post_feedforward_layernorm")
  }
}

extension [GemmaLayer] {
  /// What the layers with keys of their own, which come first, keep on each of so many shards.
  func states(shards: Int) -> [LayerState] {
    compactMap { layer in
      if case .ofLayer = layer.keys { return nil }
      return .attention(
        keyHeads: Swift.max(1, layer.shape.keyHeads / shards), headWidth: layer.shape.headWidth)
    }
  }
}

extension ModelDescription {
  /// Which layers see everything, by `layer_types`.
  ///
  /// - Parameter period: Without that setting every so manieth layer does.
  func globalLayers(_ count: Int, period: Int) throws(ModelError) -> [Bool] {
    if layout == .gguf, let slides = self["sliding_window_pattern"]?.list {
      guard slides.count == count else {
        throw invalid("sliding_window_pattern", .list(slides), "one for each of \(count) layers")
      }
      return slides.map { $0 == .integer(0) }
    }
    return try kinds("layer_types", count, ["full_attention": true, "sliding_attention": false])
      ?? (1...count).map { $0 % period == 0 }
  }

  /// Lets the last `num_kv_shared_layers` layers read what the last layer of their kind before them has stored.
  ///
  /// - Parameter isGlobal: The kinds of all layers.
  func shareKeys(_ layers: inout [GemmaLayer], isGlobal: [Bool], default fallback: Int) throws(ModelError) {
    let name = "num_kv_shared_layers"
    let shared = try integer(name, default: fallback, in: 0...layers.count - 1)
    let first = layers.count - shared
    for index in first..<layers.count {
      guard let source = (0..<first).last(where: { isGlobal[$0] == isGlobal[index] }) else {
        throw invalid(
          name, .integer(shared), "so many that each kind of layer comes before the first that shares keys")
      }
      layers[index].keys = .ofLayer(source)
      // transformers does not read what files hold for them all the same.
      for part in ["k_proj", "v_proj", "k_norm", "v_norm"] { leaveOut("layers/\(index)/self_attn/\(part)/") }
    }
  }
}
