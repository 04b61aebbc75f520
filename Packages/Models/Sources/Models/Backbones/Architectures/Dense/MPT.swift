import Basics
import TensorCore
import Weights

/// MPT: blocks without any bias, and biases of scores by distance in place of positions.
///
/// - Parameters in a checkpoint: `wte` (also the head), `blocks/N/{norm_1, attn/Wqkv, attn/out_proj, norm_2,
///   ffn/{up,down}_proj}`, `norm_f`.
/// - Source: MosaicML NLP Team 2023, *Introducing MPT-7B*; Press, Smith and Lewis 2022, *Train Short, Test Long*.
enum MPT {
  static let architecture = Architecture(
    "mpt", of: ComposedDecoder.self, defaults: ["layer_norm_epsilon": 1e-5, "max_seq_len": 2048],
    settings: configuration, types: \.types, hub: HubNames(prefix: "transformer."), gguf: dialect)

  private static var dialect: GGUFDialect {
    GGUFDialect(
      "mpt",
      settings: [
        "block_count": "n_layers", "context_length": "max_seq_len", "embedding_length": "d_model",
        "attention.head_count": "n_heads", "attention.layer_norm_epsilon": "layer_norm_epsilon",
        "feed_forward_length": "hidden", "attention.max_alibi_bias": "max_alibi_bias",
        "attention.clamp_kqv": "clip_qkv", "attention.head_count_kv": "key_heads",
      ],
      tensors: ["token_embd": "wte", "output_norm": "norm_f", "output": "lm_head"],
      blockTensors: [
        "attn_norm": "norm_1", "attn_qkv": "attn.Wqkv", "attn_output": "attn.out_proj", "ffn_norm": "norm_2",
        "ffn_up": "ffn.up_proj", "ffn_down": "ffn.down_proj",
      ], blocks: "blocks", hasRotaryPositions: false)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    let shape = try description.gptShape(
      width: ["d_model", "hidden_size"], layers: ["n_layers", "num_hidden_layers"],
      heads: ["n_heads", "num_attention_heads"], positions: ["max_seq_len"], hidden: .fourWidths)
    try description.refuse("expansion_ratio", unless: 4)
    var settings = try ComposedDecoder.Configuration(
      gpt: shape, .init(tokens: "wte", norm: "norm_f"), blocks: "blocks", epsilon: "layer_norm_epsilon",
      tied: true, description)
    settings.norm = .layer(bias: false)
    (settings.block.beforeAttention, settings.block.beforeFeedForward) = ("norm_1", "norm_2")
    (settings.attention.name, settings.attention.output) = ("attn", "out_proj")
    settings.feedForward = .plain("ffn", "up_proj", "down_proj", bias: false, activation: .geluErf)
    description.splitsProjection("blocks/*/attn/Wqkv", shape)
    try readAttention(description, &settings)
    try description.refuse("logit_scale")
    if description.layout == .gguf {
      settings.attention.clip = try description.softcap("clip_qkv")
      try description.refuse("key_heads", unless: .integer(shape.heads))
      try description.refuse("hidden", unless: .integer(shape.hidden))
      guard description["max_alibi_bias"]?.number == 8 else {
        throw description.failure("scores have no biases by distance of at most 8, expected them")
      }
    }
    // What transformers does not read, or what set up training.
    description.ignore(
      "learned_pos_emb", "no_bias", "embedding_fraction", "norm_type", "init_device", "emb_pdrop",
      "init_config", "verbose", "resid_pdrop", "attn_impl")
    return settings
  }

  private static func readAttention(
    _ description: ModelDescription, _ settings: inout ComposedDecoder.Configuration
  ) throws(ModelError) {
    let value = description["attn_config"] ?? .object([])
    guard let fields = value.object else { throw description.invalid("attn_config", value, "an object") }
    func refuse(_ name: String, unless harmless: JSONValue) throws(ModelError) {
      guard let found = fields[name], found != .null, found != harmless else { return }
      throw description.failure(
        .invalid(key: "attn_config/\(name)", found: "\(found)", expected: "\(harmless)"))
    }
    func number(_ name: String) throws(ModelError) -> Double? {
      guard let found = fields[name], found != .null else { return nil }
      guard let number = found.number, number > 0, number.isFinite else {
        throw description.failure(
          .invalid(key: "attn_config/\(name)", found: "\(found)", expected: "a positive number"))
      }
      return number
    }
    try refuse("attn_type", unless: "multihead_attention")
    try refuse("prefix_lm", unless: false)
    try refuse("qk_ln", unless: false)
    try refuse("alibi", unless: true)
    try refuse("attn_uses_sequence_id", unless: false)
    let known: Set = [
      "attn_type", "prefix_lm", "qk_ln", "alibi", "attn_uses_sequence_id", "attn_pdrop", "attn_impl",
      "clip_qkv", "softmax_scale", "alibi_bias_max", "model_type",
    ]
    if let name = fields.names.first(where: {
      !known.contains($0) && !ModelDescription.isHarmless($0, fields[$0] ?? .null)
    }) {
      let setting = ModelError.Setting("attn_config/\(name)", "\(fields[name] ?? .null)")
      throw description.failure(.unknownSettings([setting], modelType: description.modelType))
    }
    settings.attention.clip = fields["clip_qkv"] == 0 ? nil : try number("clip_qkv").map { Float($0) }
    settings.attention.scale = try number("softmax_scale").map { Float($0) }
    // transformers ignores another value.
    try refuse("alibi_bias_max", unless: 8)
    settings.attention.positionBias = PositionBias(
      slopes: PositionBias.evenSlopes(heads: settings.shape.heads, most: 8))
  }
}
