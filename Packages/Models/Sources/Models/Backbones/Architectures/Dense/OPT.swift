import Basics
import TensorCore

/// OPT: GPT-2's blocks with ReLU, and two rows of learned positions before that of the first.
///
/// - Parameters in a checkpoint: `embed_tokens`, `embed_positions` `[positions + 2, width]`,
///   `layers/N/{self_attn_layer_norm, self_attn/{q,k,v}_proj, self_attn/out_proj, final_layer_norm, fc1, fc2}`,
///   `final_layer_norm`.
/// - Source: Zhang et al. 2022, *OPT: Open Pre-trained Transformer Language Models*, §2.
enum OPT {
  static let architecture = Architecture(
    "opt", of: ComposedDecoder.self, defaults: ["max_position_embeddings": 2048], settings: configuration,
    types: \.types, hub: HubNames(prefix: "model.decoder."))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = ComposedDecoder.Configuration()
    settings.shape = try description.gptShape(
      width: ["hidden_size"], layers: ["num_hidden_layers"], heads: ["num_attention_heads"],
      positions: ["max_position_embeddings"], hidden: .stated("ffn_dim"))
    settings.layers = Array(repeating: LayerPlan(), count: settings.shape.layers)
    settings.stem.positions = "embed_positions"
    settings.stem.norm = "final_layer_norm"
    settings.stemRules.firstPosition = 2
    try settings.readHead(description, tied: true)
    settings.norm =
      try description.bool("layer_norm_elementwise_affine", default: true) ? .layer() : .bareLayer
    settings.epsilon = 1e-5
    settings.block.beforeAttention = "self_attn_layer_norm"
    settings.block.beforeFeedForward = "final_layer_norm"
    settings.attention.output = "out_proj"
    let bias = try description.bool("enable_bias", default: true)
    (settings.attention.bias, settings.attention.outputBias) = (bias, bias)
    settings.feedForward = .plain(
      nil, "fc1", "fc2", bias: bias,
      activation: try description.activation("activation_function", default: "relu"))
    try description.refuse("do_layer_norm_before", unless: true)
    try description.refuse("_remove_final_layer_norm", unless: false)
    try description.refuse("word_embed_proj_dim", unless: .integer(settings.shape.width))
    description.ignore("layerdrop", "init_std", "dropout", "activation_dropout")
    return settings
  }
}
