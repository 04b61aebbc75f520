import Basics
import TensorCore

/// BLOOM: GPT-2's blocks after a norm of the embedding, with biases of scores by distance in place of positions.
///
/// - Parameters in a checkpoint: `word_embeddings` (also the head), `word_embeddings_layernorm`, `h/N/{input_layernorm,
///   self_attention/{query_key_value,dense}, post_attention_layernorm, mlp/{dense_h_to_4h,dense_4h_to_h}}`, `ln_f`. The
///   rows of `query_key_value` are head after head, each its query, key and value.
/// - Source: BigScience Workshop 2022, *BLOOM*, §3.2; Press, Smith and Lewis 2022, *Train Short, Test Long*.
enum Bloom {
  static let architecture = Architecture(
    "bloom", of: ComposedDecoder.self, defaults: ["layer_norm_epsilon": 1e-5, "seq_length": 2048],
    settings: configuration, types: \.types, hub: HubNames(prefix: "transformer."), gguf: dialect)

  private static var dialect: GGUFDialect {
    GGUFDialect(
      "bloom",
      settings: [
        "block_count": "n_layer", "context_length": "seq_length", "embedding_length": "hidden_size",
        "attention.head_count": "n_head", "attention.layer_norm_epsilon": "layer_norm_epsilon",
        "feed_forward_length": "n_inner", "attention.head_count_kv": "num_key_value_heads",
      ],
      tensors: [
        "token_embd": "word_embeddings", "token_embd_norm": "word_embeddings_layernorm",
        "output_norm": "ln_f", "output": "lm_head",
      ],
      blockTensors: [
        "attn_norm": "input_layernorm", "attn_qkv": "self_attention.query_key_value",
        "attn_output": "self_attention.dense", "ffn_norm": "post_attention_layernorm",
        "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
      ], blocks: "h", hasRotaryPositions: false)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let shape = try description.gptShape(
      width: ["n_embed", "hidden_size"], positions: ["seq_length"], hidden: .fourWidths)
    try description.refuse("num_key_value_heads", unless: .integer(shape.heads))
    var names = DecoderStem.Names(tokens: "word_embeddings", norm: "ln_f")
    names.embeddingNorm = "word_embeddings_layernorm"
    var settings = try ComposedDecoder.Configuration(
      gpt: shape, names, epsilon: "layer_norm_epsilon", tied: true, description)
    settings.block.addsToNormalized = try description.bool(
      "apply_residual_connection_post_layernorm", default: false)
    (settings.attention.name, settings.attention.output) = ("self_attention", "dense")
    (settings.attention.bias, settings.attention.outputBias) = (true, true)
    settings.attention.positionBias = PositionBias(
      slopes: PositionBias.interleavedSlopes(heads: shape.heads))
    settings.feedForward = .plain(
      "mlp", "dense_h_to_4h", "dense_4h_to_h", bias: true, activation: .geluTanh)
    if description.layout == .gguf {
      description.splitsProjection("h/*/self_attention/query_key_value", shape)
    } else {
      description.splitsGroupedProjection("h/*/self_attention/query_key_value", shape)
    }
    // How training was cut and fused, which changes no number.
    description.ignore(
      "pretraining_tp", "slow_but_exact", "offset_alibi", "skip_bias_add", "skip_bias_add_qkv",
      "masked_softmax_fusion", "bias_dropout_fusion", "attention_softmax_in_fp32", "hidden_dropout", "n_inner"
    )
    return settings
  }
}
