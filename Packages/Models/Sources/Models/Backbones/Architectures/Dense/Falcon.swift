import Basics
import TensorCore
import Weights

/// Falcon: both halves of a block read the same rows, with rotary positions, or in the oldest models with biases of scores
/// by distance.
///
/// - Parameters in a checkpoint: `word_embeddings` (also the head), `h/N/{input_layernorm or ln_attn and ln_mlp,
///   self_attention/{query_key_value,dense}, mlp/{dense_h_to_4h,dense_4h_to_h}}`, `ln_f`. The rows of `query_key_value` are
///   the query heads of a group, then its key and its value head.
/// - Source: Almazrouei et al. 2023, *The Falcon Series of Open Language Models*, §4.
enum Falcon {
  static let architecture = Architecture(
    "falcon", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 2048, "layer_norm_epsilon": 1e-5], settings: configuration,
    types: \.types, hub: HubNames(prefix: "transformer."), gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "falcon",
      changing: [
        "attn_norm_2": "ln_attn", "attn_qkv": "self_attention.query_key_value",
        "attn_output": "self_attention.dense", "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
      ])
    dialect.tensors = ["token_embd": "word_embeddings", "output_norm": "ln_f", "output": "lm_head"]
    dialect.blocks = "h"
    dialect.settings["attention.layer_norm_epsilon"] = "layer_norm_epsilon"
    dialect.settings["feed_forward_length"] = "ffn_hidden_size"
    dialect.settings["attention.head_count_kv"] = "num_kv_heads"
    // Rows of projections are sorted, so that it is only the number of key heads that old and new models differ in.
    dialect.implied = { _ in
      ["new_decoder_architecture": .bool(true), "num_ln_in_parallel_attn": .integer(1)]
    }
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let isNew = try description.bool("new_decoder_architecture", default: false)
    let shape = try shape(description, isNew: isNew)
    var settings = try ComposedDecoder.Configuration(
      gpt: shape, .init(tokens: "word_embeddings", norm: "ln_f"), epsilon: "layer_norm_epsilon", tied: true,
      description)
    try readBlock(description, isNew: isNew, &settings)
    let bias = try description.bool("bias", default: false)
    (settings.attention.name, settings.attention.output) = ("self_attention", "dense")
    (settings.attention.bias, settings.attention.outputBias) = (bias, bias)
    settings.feedForward = .plain(
      "mlp", "dense_h_to_4h", "dense_4h_to_h", bias: bias,
      activation: try description.activation("activation", default: "gelu"))
    if description.layout == .gguf {
      description.splitsProjection("h/*/self_attention/query_key_value", shape)
    } else {
      description.splitsGroupedProjection("h/*/self_attention/query_key_value", shape)
    }
    description.ignore("apply_residual_connection_post_layernorm")  // transformers reads it nowhere
    guard try !description.bool("alibi", default: false) else {
      throw description.failure("'alibi' is true, which is not implemented")
    }
    try settings.readRotary(description)
    return settings
  }

  private static func shape(_ description: ModelDescription, isNew: Bool) throws(ModelError) -> DecoderShape {
    var shape = try description.gptShape(
      width: ["n_embed", "hidden_size"], layers: ["num_hidden_layers"], heads: ["num_attention_heads"],
      positions: ["max_position_embeddings"], hidden: .optional("ffn_hidden_size"))
    let keyHeads = try description.integer("num_kv_heads", default: shape.heads, in: 1...65_536)
    let isShared = try description.bool("multi_query", default: true)
    shape.keyHeads = isNew || !isShared ? keyHeads : 1
    guard shape.heads % shape.keyHeads == 0,
      isNew || isShared || keyHeads == shape.heads
    else {
      throw description.failure(
        "\(shape.heads) heads and \(keyHeads) key heads do not fit each other"
      )
    }
    try description.refuse("head_dim", unless: .integer(shape.headWidth))
    return shape
  }

  private static func readBlock(
    _ description: ModelDescription, isNew: Bool, _ settings: inout ComposedDecoder.Configuration
  ) throws(ModelError) {
    let isParallel = try description.bool("parallel_attn", default: true)
    let norms = try description.integer("num_ln_in_parallel_attn", default: isNew ? 2 : 1, in: 1...2)
    guard isNew ? isParallel : norms == 1 || !isParallel else {
      throw description.failure(
        "'new_decoder_architecture' is \(isNew), 'parallel_attn' \(isParallel) and 'num_ln_in_parallel_attn' \(norms), "
          + "which do not go together")
    }
    guard isParallel else { return }
    settings.block.order = .parallel
    settings.block.beforeFeedForward = nil
    if description.holdsParameter("h/0/ln_attn/weight"), description.layout == .gguf {
      (settings.block.beforeAttention, settings.block.beforeFeedForward) = ("ln_attn", "input_layernorm")
    } else if isNew, norms == 2 {
      (settings.block.beforeAttention, settings.block.beforeFeedForward) = ("ln_attn", "ln_mlp")
    }
  }
}
