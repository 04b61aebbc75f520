import Basics
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
