import Basics
import TensorCore

/// Command R: both halves of a block read the same normalised rows, norms have no biases, heads rotate in neighbouring
/// pairs, and logits are scaled. Command R7B and A have windows besides, and no positions where a layer sees everything.
///
/// - Parameters in a checkpoint: `embed_tokens` (also the head), `layers/N/{input_layernorm, self_attn/{q,k,v,o}_proj,
///   mlp/{gate,up,down}_proj}`, `norm`; `self_attn/{q,k}_norm` `[heads, head width]` where heads are normalised.
/// - Source: Cohere 2025, *Command A: An Enterprise-Ready Large Language Model*, §2.
enum Cohere {
  static let architecture = Architecture(
    "cohere", of: ComposedDecoder.self, defaults: defaults,
    settings: { description throws(ModelError) in
      var settings = try configuration(description)
      if description.layout == .gguf
        ? description.holdsParameter("layers/0/self_attn/q_norm/weight")
        : try description.bool("use_qk_norm", default: false)
      {
        settings.attention.headNorm = .eachItsOwn
      }
      try settings.readRotary(description, base: 500_000, layout: .interleaved)
      return settings
    }, types: \.types, gguf: dialect("command-r"))

  static let second = Architecture(
    "cohere2", of: ComposedDecoder.self, defaults: defaults.merging(["sliding_window": 4096]) { $1 },
    settings: { description throws(ModelError) in
      var settings = try configuration(description)
      try settings.deriveHeadWidth(description)
      // Of the original program; transformers reads none of them.
      description.ignore(
        "layer_switch", "order_of_interleaved_layers", "position_embedding_type", "rotary_pct",
        "use_embedding_sharing", "use_gated_activation", "use_parallel_block", "use_parallel_embedding")
      try settings.readRotary(description, layout: .interleaved)
      let (window, period) = (
        try description.window(), try description.integer("sliding_window_pattern", default: 4)
      )
      settings.slide(
        try description.windows(layers: settings.shape.layers, window) { ($0 + 1) % period != 0 })
      settings.rotateOnlyWindows()
      return settings
    }, types: \.types, gguf: dialect("cohere2"))

  private static let defaults: [String: JSONValue] = [
    "max_position_embeddings": 8192, "layer_norm_eps": 1e-5, "logit_scale": 0.0625,
  ]

  private static func dialect(_ architecture: String) -> GGUFDialect {
    var dialect = GGUFDialect.llama(architecture)
    dialect.settings["attention.layer_norm_epsilon"] = "layer_norm_eps"
    dialect.settings["logit_scale"] = "logit_scale"
    return dialect
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(
      common: description, epsilon: "layer_norm_eps", tied: true)
    settings.norm = .layer(bias: false)
    settings.stemRules.logitScale = Float(try description.number("logit_scale"))
    settings.block.order = .parallel
    settings.block.beforeFeedForward = nil
    try settings.readAttentionBias(description)
    return settings
  }
}
