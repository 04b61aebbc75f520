import Basics
import TensorCore

/// XGLM: GPT-2's blocks with computed positions.
///
/// - Parameters in a checkpoint: `embed_tokens` (also the head), `layers/N/{self_attn_layer_norm,
///   self_attn/{q,k,v,out}_proj, final_layer_norm, fc1, fc2}`, `layer_norm`.
/// - Source: Lin et al. 2021, *Few-shot Learning with Multilingual Language Models*, §2.
enum XGLM {
  static let architecture = Architecture(
    "xglm", of: ComposedDecoder.self, defaults: ["max_position_embeddings": 2048, "pad_token_id": 1],
    settings: configuration, types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = ComposedDecoder.Configuration()
    // Its computed positions take four elements.
    settings.shape = try description.gptShape(
      width: ["d_model", "hidden_size"], layers: ["num_layers", "num_hidden_layers"],
      heads: ["attention_heads", "num_attention_heads"], positions: ["max_position_embeddings"],
      hidden: .stated("ffn_dim"), leastWidth: 4)
    settings.layers = Array(repeating: LayerPlan(), count: settings.shape.layers)
    settings.stem.norm = "layer_norm"
    try settings.readHead(description, tied: true)
    if try description.bool("scale_embedding", default: true) {
      settings.stemRules.scale = Float(settings.shape.width).squareRoot()
    }
    let padding =
      description["pad_token_id"] == nil ? nil : try description.integer("pad_token_id", in: 0...1 << 24)
    settings.stemRules.sinusoids = SinusoidalPositions(first: 2, blank: padding)
    (settings.norm, settings.epsilon) = (.layer(), 1e-5)
    settings.block.beforeAttention = "self_attn_layer_norm"
    settings.block.beforeFeedForward = "final_layer_norm"
    settings.attention.output = "out_proj"
    (settings.attention.bias, settings.attention.outputBias) = (true, true)
    settings.feedForward = .plain(
      nil, "fc1", "fc2", bias: true,
      activation: try description.activation("activation_function", default: "gelu"))
    return settings
  }
}
