import Basics
import TensorCore

/// StarCoder and SantaCoder: GPT-2's blocks with one key head for all queries.
///
/// - Parameters in a checkpoint: those of ``GPT2``, matrices `[output, input]`; the rows of `attn/c_attn` are all queries,
///   then a key and a value, or head after head where each has its own.
/// - Source: Li et al. 2023, *StarCoder: May the Source Be with You!*, §5.2.
enum GPTBigCode {
  static let architecture = Architecture(
    "gpt_bigcode", of: ComposedDecoder.self,
    defaults: ["n_positions": 1024, "layer_norm_epsilon": 1e-5], settings: configuration, types: \.types,
    hub: HubNames(prefix: "transformer."),
    gguf: .gpt("starcoder", adding: ["attention.head_count_kv": "num_key_value_heads"]))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var shape = try description.gptShape()
    let isShared = try description.bool("multi_query", default: true)
    shape.keyHeads = isShared ? 1 : shape.heads
    try description.refuse("num_key_value_heads", unless: .integer(shape.keyHeads))
    var settings = try ComposedDecoder.Configuration(
      gpt: shape, .init(tokens: "wte", positions: "wpe", norm: "ln_f"), epsilon: "layer_norm_epsilon",
      tied: true, description)
    (settings.block.beforeAttention, settings.block.beforeFeedForward) = ("ln_1", "ln_2")
    (settings.attention.name, settings.attention.output) = ("attn", "c_proj")
    (settings.attention.bias, settings.attention.outputBias) = (true, true)
    if try !description.bool("scale_attn_weights", default: true) { settings.attention.scale = 1 }
    settings.feedForward = .plain(
      "mlp", "c_fc", "c_proj", bias: true,
      activation: try description.activation("activation_function", default: "gelu_pytorch_tanh"))
    try description.refuse("add_cross_attention", unless: false)
    // Of numbers of 16 bits only; and what a runner once cached.
    description.ignore(
      "attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "inference_runner", "max_batch_size",
      "max_sequence_length", "pad_key_length", "pre_allocate_kv_cache", "validate_runner_input")
    if isShared {
      description.splitsProjection("h/*/attn/c_attn", shape)
    } else {
      description.splitsGroupedProjection("h/*/attn/c_attn", shape)
    }
    return settings
  }
}
