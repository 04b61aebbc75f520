import Basics
import TensorCore

/// Apertus: Llama's blocks with normalised query and key heads, and a plain feed-forward half whose activation is learned.
///
/// - Parameters in a checkpoint: `embed_tokens`, `layers/N/{attention_layernorm, self_attn/{q,k,v,o}_proj,
///   self_attn/{q,k}_norm, feedforward_layernorm, mlp/{up,down}_proj, mlp/act_fn}`, `norm`, `lm_head`.
/// - Source: Swiss AI Initiative 2025, *Apertus: Democratizing Open and Compliant LLMs*, §2.
enum Apertus {
  static let architecture = Architecture(
    "apertus", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 65_536, "rms_norm_eps": 1e-5], settings: configuration,
    types: \.types)

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = ComposedDecoder.Configuration()
    settings.shape = try description.decoderShape()
    settings.epsilon = try description.number("rms_norm_eps")
    try settings.readHead(description, tied: false)
    settings.layers = Array(repeating: LayerPlan(), count: settings.shape.layers)
    settings.block.beforeAttention = "attention_layernorm"
    settings.block.beforeFeedForward = "feedforward_layernorm"
    settings.attention.headNorm = .each(.rootMeanSquare())
    let isLearned = (description["hidden_act"] ?? "xielu") == "xielu"
    settings.feedForward = .plain(
      "mlp", "up_proj", "down_proj", bias: false,
      activation: isLearned ? .none : try description.activation("hidden_act", default: "silu"))
    settings.feedForward.learned = (isLearned, description.holdsParameter("layers/0/mlp/act_fn/beta"))
    try settings.readAttentionBias(description)
    description.ignore("post_norm", "qk_norm")  // transformers reads them nowhere
    try description.requireRotary()
    try settings.readRotary(description, base: 12e6)
    return settings
  }
}
