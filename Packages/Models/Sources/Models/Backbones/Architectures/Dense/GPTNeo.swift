import Basics
import TensorCore

/// GPT-Neo: GPT-2's blocks with scores that are not scaled, and every other layer behind a window.
///
/// - Parameters in a checkpoint: `wte`, `wpe`, `h/N/{ln_1, attn/attention/{q,k,v}_proj, attn/attention/out_proj, ln_2,
///   mlp/{c_fc,c_proj}}`, `ln_f`.
/// - Source: Black et al. 2021, *GPT-Neo*.
enum GPTNeo {
  static let architecture = Architecture(
    "gpt_neo", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 2048, "layer_norm_epsilon": 1e-5, "window_size": 256],
    settings: configuration, types: \.types, hub: HubNames(prefix: "transformer."))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let shape = try description.gptShape(
      width: ["hidden_size"], layers: ["num_layers", "num_hidden_layers"],
      heads: ["num_heads", "num_attention_heads"], positions: ["max_position_embeddings"],
      hidden: .optional("intermediate_size"))
    var settings = try ComposedDecoder.Configuration(
      gpt: shape, .init(tokens: "wte", positions: "wpe", norm: "ln_f"), epsilon: "layer_norm_epsilon",
      tied: true, description)
    (settings.block.beforeAttention, settings.block.beforeFeedForward) = ("ln_1", "ln_2")
    (settings.attention.name, settings.attention.output) = ("attn/attention", "out_proj")
    (settings.attention.outputBias, settings.attention.scale) = (true, 1)
    settings.feedForward = .plain(
      "mlp", "c_fc", "c_proj", bias: true,
      activation: try description.activation("activation_function", default: "gelu_new"))
    let window = try description.integer("window_size")
    description.ignore("resid_dropout", "embed_dropout")
    for (index, isLocal) in try description.localLayers(shape.layers).enumerated() where isLocal {
      settings.layers[index].window = window
    }
    return settings
  }
}

extension ModelDescription {
  /// Which layers are local, of `attention_types`: lists of kinds, each with how often it is repeated.
  fileprivate func localLayers(_ count: Int) throws(ModelError) -> [Bool] {
    let value = self["attention_types"] ?? [[["global", "local"], 12]]
    var kinds: [JSONValue] = []
    for item in value.list ?? [] {
      guard let pair = item.list, pair.count == 2, let own = pair[0].list, let times = pair[1].integer,
        times >= 0, times <= count
      else { throw invalid("attention_types", value, "lists of kinds, each with a count") }
      for _ in 0..<times { kinds += own }
    }
    guard kinds.count == count, kinds.allSatisfy({ $0 == "global" || $0 == "local" }) else {
      throw invalid("attention_types", value, "'global' or 'local' for each of \(count) layers")
    }
    // What follows from it stands in files besides, and is what transformers takes.
    try refuse("attention_layers", unless: .list(kinds))
    return kinds.map { $0 == "local" }
  }
}
