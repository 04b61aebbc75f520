import Basics
import TensorCore
import Weights

/// gpt-oss: sinks, a window in every other layer, and experts with clamped gates, kept in bfloat16 or MXFP4.
///
/// - Parameters in a checkpoint: `layers/N/self_attn/sinks` `[heads]`, `mlp/{router, experts/{gate_up_proj, down_proj}}`
///   with biases, `[experts, inner, outputs]`, gate and up alternating; in MXFP4 `[experts, outputs, inner]`.
/// - Source: OpenAI 2025, *gpt-oss-120b & gpt-oss-20b Model Card*, §2.
enum GPTOSS {
  static var architecture: Architecture {
    var dialect = GGUFDialect.mixture(
      "gpt-oss", router: "router",
      changing: [
        "attn_sinks.weight": "self_attn.sinks", "post_attention_norm": "post_attention_layernorm",
      ])
    dialect.blockTensors["ffn_norm"] = nil
    // What llama.cpp computes, whatever a file says.
    dialect.implied = { _ in ["swiglu_alpha": .number(1.702), "swiglu_limit": .number(7)] }
    return Architecture(
      "gpt_oss", of: ComposedDecoder.self, withoutGradients: .mixtures,
      defaults: [
        "max_position_embeddings": 131_072, "rms_norm_eps": 1e-5, "num_key_value_heads": 8, "head_dim": 64,
        "num_experts_per_tok": 4, "sliding_window": 128, "swiglu_alpha": 1.702, "swiglu_limit": .number(7),
        "rope_parameters": .object([
          ("rope_type", "yarn"), ("factor", .number(32)), ("beta_fast", .number(32)),
          ("beta_slow", .number(1)), ("truncate", false), ("original_max_position_embeddings", 4096),
        ]),
      ], settings: configuration, types: \.types, gguf: dialect)
  }

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(mixture: description, base: 150_000)
    let bias = try description.bool("attention_bias", default: true)
    (settings.attention.bias, settings.attention.outputBias) = (bias, bias)
    settings.attention.hasSinks = true
    let window = try description.window()
    settings.slide(try description.windows(layers: settings.shape.layers, window) { $0 % 2 == 0 })
    settings.mixture.routing = try description.routing(
      experts: "num_local_experts", "num_experts", default: 128)
    settings.mixture.router = .init("router", hasBias: true)
    settings.mixture.gate = .clamped(
      alpha: Float(try description.number("swiglu_alpha")),
      limit: Float(try description.number("swiglu_limit")))
    settings.mixture.hidden = try description.integer(
      "moe_intermediate_size", default: settings.mixture.hidden)
    settings.mixture.experts =
      description.layout == .gguf
      ? .separate("experts", bias: true)
      : names(isMXFP4: description.holdsParameter("layers/0/mlp/experts/gate_up_proj_blocks"))
    // Says of whole files what an inference framework of its makers does.
    description.ignore("experts_per_token", "initial_context_length", "swiglu_limit_type")
    return settings
  }

  private static func names(isMXFP4: Bool) -> Experts.Names {
    let ending = isMXFP4 ? "_blocks" : ""
    var names = Experts.Names(up: ["experts/gate_up_proj\(ending)"], down: "experts/down_proj\(ending)")
    names.upBiases = ["experts/gate_up_proj_bias"]
    names.downBias = "experts/down_proj_bias"
    names.orientation = isMXFP4 ? .outputsByInner : .innerByOutputs
    names.isInterleaved = true
    return names
  }
}
