import Basics
import TensorCore

/// InternLM 2 and 2.5: Llama's blocks under other names, with a fused projection of queries, keys and values.
///
/// - Parameters in a checkpoint: `tok_embeddings`, `layers/N/{attention_norm, attention/{wqkv,wo}, ffn_norm,
///   feed_forward/{w1,w3,w2}}`, `norm`, `output`. The rows of `wqkv` are the query heads of a group, then its key and its
///   value head.
/// - Source: Cai et al. 2024, *InternLM2 Technical Report*, §2.2.
enum InternLM2 {
  static let architecture = Architecture(
    "internlm2", of: ComposedDecoder.self, settings: configuration, types: \.types,
    hub: HubNames(aliases: ["output/weight": "lm_head/weight"]), gguf: dialect)

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect.llama(
      "internlm2",
      changing: [
        "attn_norm": "attention_norm", "attn_q": "attention.q_proj", "attn_k": "attention.k_proj",
        "attn_v": "attention.v_proj", "attn_output": "attention.wo", "ffn_norm": "ffn_norm",
        "ffn_gate": "feed_forward.w1", "ffn_up": "feed_forward.w3", "ffn_down": "feed_forward.w2",
      ])
    dialect.tensors["token_embd"] = "tok_embeddings"
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = ComposedDecoder.Configuration()
    settings.stem.tokens = "tok_embeddings"
    try settings.readCommon(description)
    settings.block.beforeAttention = "attention_norm"
    settings.block.beforeFeedForward = "ffn_norm"
    (settings.attention.name, settings.attention.output) = ("attention", "wo")
    settings.attention.bias = try description.bias("bias", at: "attention/q_proj", default: false)
    settings.attention.outputBias = try description.bias("bias", at: "attention/wo", default: false)
    (settings.feedForward.name, settings.feedForward.gate) = ("feed_forward", "w1")
    (settings.feedForward.up, settings.feedForward.down) = ("w3", "w2")
    description.splitsGroupedProjection("layers/*/attention/wqkv", settings.shape)
    try description.refuse("pretraining_tp", unless: 1)
    try settings.readRotary(description, layout: description.permutedRotary)
    return settings
  }
}
