import Basics
import TensorCore

/// LFM2: short gated convolutions in most layers, attention in the others.
///
/// - Parameters in a checkpoint: `embed_tokens` (also the head), `layers/N/{operator_norm, conv/{in_proj,conv,out_proj} or
///   self_attn/{q_proj,k_proj,v_proj,out_proj,q_layernorm,k_layernorm}, ffn_norm, feed_forward/{w1,w2,w3}}`, `embedding_norm`.
/// - Source: Liquid AI 2025, *LFM2 Technical Report*, §2.
enum LFM2 {
  static let architecture = Architecture(
    "lfm2", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: [
      "max_position_embeddings": 128_000, "norm_eps": 1e-5, "num_key_value_heads": 8, "conv_L_cache": 3,
      "block_multiple_of": 256, "block_ffn_dim_multiplier": 1,
    ], settings: { try configuration($0) }, types: \.common.types)

  static func configuration(_ description: ModelDescription) throws -> HybridDecoder.Configuration {
    var common = try ComposedDecoder.Configuration(common: description, epsilon: "norm_eps", tied: true)
    common.stem.norm = "embedding_norm"
    if let tied = description["tie_embedding"]?.bool {
      common.stem.head = tied ? nil : "lm_head"
    }
    common.attention.output = "out_proj"
    common.attention.headNorm = .each(.rootMeanSquare(), names: ("q_layernorm", "k_layernorm"))
    try common.readRotary(description, base: 1_000_000)
    common.feedForward.name = "feed_forward"
    (common.feedForward.gate, common.feedForward.up, common.feedForward.down) = ("w1", "w3", "w2")
    common.shape.hidden = try hidden(description, common.shape)
    let part = ShortConvolutionPart(
      taps: try description.integer("conv_L_cache", in: 1...64),
      bias: try description.bool("conv_bias", default: false))
    description.ignore(
      "block_dim", "block_mlp_init_scale", "block_norm_eps", "block_out_init_scale", "block_use_swiglu",
      "block_use_xavier_init", "conv_dim", "conv_dim_out", "conv_use_xavier_init", "num_heads", "use_pos_enc",
      "hidden_act")
    let layers = try attends(description, common.shape.layers).map { attends in
      let mixer: any HybridPart = attends ? AttentionPart() : part
      return [HybridHalf("operator_norm", mixer), HybridHalf("ffn_norm", FeedForwardPart())]
    }
    return HybridDecoder.Configuration(common, layers: layers)
  }

  /// The hidden width, which settings state before it is fitted to a gate and to whole blocks.
  private static func hidden(_ description: ModelDescription, _ shape: DecoderShape) throws(ModelError) -> Int
  {
    let stated = try description.integer("block_ff_dim", default: shape.hidden)
    let (multiple, factor) = (
      try description.integer("block_multiple_of"), try description.number("block_ffn_dim_multiplier")
    )
    guard try description.bool("block_auto_adjust_ff_dim", default: true) else { return stated }
    let fitted = Int(min(factor * Double(2 * stated / 3), Double(ModelDescription.widest)))
    return multiple * ((fitted + multiple - 1) / multiple)
  }

  /// Of each layer, whether it attends.
  private static func attends(_ description: ModelDescription, _ layers: Int) throws(ModelError) -> [Bool] {
    let indices = try description.integers("full_attn_idxs").map(Set.init)
    return try description.kinds("layer_types", layers, ["conv": false, "full_attention": true])
      ?? (0..<layers).map { indices?.contains($0) ?? true }
  }
}

extension ModelDescription {
  /// What each layer is, by the names of a list; `nil` where it is absent.
  func kinds<Kind>(_ name: String, _ layers: Int, _ known: KeyValuePairs<String, Kind>) throws(ModelError)
    -> [Kind]?
  {
    guard let value = self[name] else { return nil }
    guard let list = value.list, list.count == layers else {
      throw failure(
        .invalid(key: fileName(name), found: "\(value)", expected: "one for each of \(layers) layers"))
    }
    var kinds: [Kind] = []
    for element in list {
      guard let kind = known.first(where: { $0.key == element.text })?.value else {
        throw failure(
          .notImplemented(key: fileName(name), found: "\(element)", known: known.map(\.key)))
      }
      kinds.append(kind)
    }
    return kinds
  }
}
