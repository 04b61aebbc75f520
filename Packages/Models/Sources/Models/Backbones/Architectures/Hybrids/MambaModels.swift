import Basics
import TensorCore

/// Mamba and Falcon Mamba: nothing but layers with a state of their own.
///
/// - Parameters in a checkpoint: `embeddings`, `layers/N/{norm, mixer}` with the parameters of ``MambaPart``, `norm_f`,
///   `lm_head` unless it is tied.
/// - Source: Gu and Dao 2023, *Mamba*, §3.4; Zuo et al. 2024, *Falcon Mamba*, §2 (norms of B, C and the step).
enum MambaModels {
  static let first = Architecture(
    "mamba", of: HybridDecoder.self, withoutGradients: .recurrentLayers, defaults: defaults,
    settings: { try configuration($0) },
    types: \.common.types, hub: HubNames(prefix: "backbone."), gguf: dialect)
  static let falcon = Architecture(
    "falcon_mamba", of: HybridDecoder.self, withoutGradients: .recurrentLayers,
    defaults: defaults.merging(["mixer_rms_eps": 1e-6]) { $1 },
    settings: { description throws(ModelError) in
      let epsilon = try description.number("mixer_rms_eps")
      description.ignore("use_falcon_mambapy")
      return try configuration(description, norms: .bare(epsilon: epsilon))
    }, types: \.common.types, hub: HubNames(prefix: "backbone."))

  private static var dialect: GGUFDialect {
    var dialect = GGUFDialect(
      "mamba",
      settings: [
        "block_count": "num_hidden_layers", "embedding_length": "hidden_size",
        "ssm.conv_kernel": "conv_kernel", "ssm.inner_size": "intermediate_size",
        "ssm.state_size": "state_size", "ssm.time_step_rank": "time_step_rank",
        "attention.layer_norm_rms_epsilon": "layer_norm_epsilon", "ssm.dt_b_c_rms": "dt_b_c_rms",
        "context_length": "context_length", "feed_forward_length": "feed_forward_length",
        "attention.head_count": "head_count",
      ],
      tensors: ["token_embd": "embeddings", "output_norm": "norm_f", "output": "lm_head"],
      blockTensors: [
        "attn_norm": "norm"
      ], hasRotaryPositions: false)
    dialect.addScans("mixer")
    return dialect
  }

  private static let defaults: [String: JSONValue] = [
    "layer_norm_epsilon": 1e-5, "state_size": 16, "conv_kernel": 4, "expand": 2,
  ]

  private static func configuration(_ description: ModelDescription, norms: MambaPart.StepNorms = .none)
    throws(ModelError) -> HybridDecoder.Configuration
  {
    var common = try ComposedDecoder.Configuration(recurrent: description)
    let width = common.shape.width
    var part = MambaPart()
    part.channels = try description.integer(
      "intermediate_size", default: try description.integer("expand", default: 2, in: 1...64) * width)
    part.states = try description.integer("state_size", in: 1...4096)
    part.taps = try description.integer("conv_kernel", in: 1...64)
    part.bias = try description.bool("use_bias", default: false)
    part.convolutionBias = try description.bool("use_conv_bias", default: true)
    part.activation = try description.activation("hidden_act", default: "silu")
    part.norms = norms
    if description.layout == .gguf {
      description.ignore("context_length", "feed_forward_length", "head_count")
      // Falcon Mamba's; the file holds one epsilon, which llama.cpp takes for these norms too.
      if try description.bool("dt_b_c_rms", default: false) { part.norms = .bare(epsilon: common.epsilon) }
    }
    part.rank = try description.stepRank("time_step_rank", width: width)
    // Of initialisation, of how PyTorch computes the same, and what the first files kept besides.
    description.ignore(
      "use_mambapy", "use_associative_scan", "time_step_scale", "d_inner", "d_model", "n_layer", "ssm_cfg",
      "rms_norm", "fused_add_norm", "pad_vocab_size_multiple")
    common.shape.hidden = part.channels
    return HybridDecoder.Configuration(
      common, layers: Array(repeating: [HybridHalf("norm", part)], count: common.shape.layers))
  }
}

extension ComposedDecoder.Configuration {
  /// Sizes and stem of Mamba's descriptions, whose models have no longest sequence.
  init(recurrent description: ModelDescription, tied: Bool = true) throws(ModelError) {
    self.init()
    shape.vocabularySize = try description.integer("vocab_size")
    shape.width = try description.integer("hidden_size")
    shape.layers = try description.integer("num_hidden_layers", in: 1...10_000)
    shape.blockSize = SizeLimits.positions
    epsilon = try description.number("layer_norm_epsilon")
    (stem.tokens, stem.norm) = ("embeddings", "norm_f")
    try readHead(description, tied: tied)
    layers = Array(repeating: LayerPlan(), count: shape.layers)
    // `transformers` divides what it has loaded, too, by the root of the number of layers.
    try description.refuse("rescale_prenorm_residual", unless: .bool(false))
    description.ignore(
      "residual_in_fp32", "time_step_min", "time_step_max", "time_step_init_scheme", "time_step_floor")
  }
}

extension ModelDescription {
  /// Elements of a low-rank step; a sixteenth of the width where the setting is `auto`.
  func stepRank(_ name: String, width: Int) throws(ModelError) -> Int {
    guard let value = self[name], value != .text("auto") else { return (width + 15) / 16 }
    return try integer(name)
  }
}
