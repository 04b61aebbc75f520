import Basics

extension ModelDescription {
  /// ``defaults`` of mixtures of experts.
  static let mixtureDefaults: [String: [String: JSONValue]] = [
    "mixtral": positions(131_072, keyHeads: 8, epsilon: 1e-5).merging(["num_experts_per_tok": .integer(2)]) {
      $1
    },
    "qwen3_moe": positions(32_768, keyHeads: 4, epsilon: 1e-6).merging([
      "num_experts_per_tok": .integer(8), "moe_intermediate_size": .integer(768),
      "sliding_window": .integer(4096),
    ]) { $1 },
    "qwen2_moe": positions(32_768, keyHeads: 16, epsilon: 1e-6).merging([
      "num_experts_per_tok": .integer(4), "moe_intermediate_size": .integer(1408),
      "shared_expert_intermediate_size": .integer(5632), "sliding_window": .integer(4096),
      "max_window_layers": .integer(28),
    ]) { $1 },
    "olmoe": positions(4096, epsilon: 1e-5).merging(["num_experts_per_tok": .integer(8)]) { $1 },
    "granitemoe": positions(2048, epsilon: 1e-6).merging(["num_experts_per_tok": .integer(2)]) { $1 },
    "phimoe": positions(131_072, keyHeads: 8, epsilon: 1e-5).merging([
      "num_experts_per_tok": .integer(2), "router_jitter_noise": .number(0.01),
    ]) { $1 },
    "gpt_oss": positions(131_072, keyHeads: 8, epsilon: 1e-5).merging([
      "head_dim": .integer(64), "num_experts_per_tok": .integer(4), "sliding_window": .integer(128),
      "swiglu_alpha": .number(1.702), "swiglu_limit": .number(7),
      "rope_parameters": .object([
        ("rope_type", .text("yarn")), ("factor", .number(32)), ("beta_fast", .number(32)),
        ("beta_slow", .number(1)),
        ("truncate", .bool(false)), ("original_max_position_embeddings", .integer(4096)),
      ]),
    ]) { $1 },
    "deepseek_v2": positions(2048, epsilon: 1e-6).merging(latent) { $1 }.merging([
      "moe_intermediate_size": .integer(1407), "n_shared_experts": .integer(2),
    ]) { $1 },
    "deepseek_v3": thirdDeepSeek,
    "kimi_k2": thirdDeepSeek,
    "llama4_text": positions(131_072, keyHeads: 8, epsilon: 1e-5).merging([
      "head_dim": .integer(128), "num_experts_per_tok": .integer(1), "attention_chunk_size": .integer(8192),
    ]) { $1 },
    "glm4_moe": positions(131_072, keyHeads: 8, epsilon: 1e-5).merging([
      "num_experts_per_tok": .integer(8), "moe_intermediate_size": .integer(1408),
      "first_k_dense_replace": .integer(1),
    ]) { $1 },
    "dots1": positions(2048, keyHeads: 32, epsilon: 1e-6).merging(["sliding_window": .integer(4096)]) { $1 },
    "minimax_m2": positions(196_608, keyHeads: 8, epsilon: 1e-6).merging([
      "head_dim": .integer(128), "num_experts_per_tok": .integer(8),
    ]) { $1 },
    "hunyuan_v1_moe": positions(2048, epsilon: 1e-5).merging(["moe_topk": .integer(1)]) { $1 },
    "ernie4_5_moe": positions(131_072, keyHeads: 4, epsilon: 1e-5).merging([
      "moe_k": .integer(6), "moe_intermediate_size": .integer(1536),
    ]) { $1 },
  ]

  private static let thirdDeepSeek = positions(4096, epsilon: 1e-6).merging(latent) { $1 }.merging([
    "moe_intermediate_size": .integer(2048), "n_shared_experts": .integer(1),
    "num_experts_per_tok": .integer(8),
    "n_group": .integer(8), "topk_group": .integer(4), "routed_scaling_factor": .number(2.5),
    "first_k_dense_replace": .integer(3),
  ]) { $1 }

  private static let latent: [String: JSONValue] = [
    "q_lora_rank": .integer(1536), "kv_lora_rank": .integer(512), "qk_nope_head_dim": .integer(128),
    "qk_rope_head_dim": .integer(64), "v_head_dim": .integer(128),
  ]

  private static func positions(_ count: Int, keyHeads: Int? = nil, epsilon: Double) -> [String: JSONValue] {
    var values: [String: JSONValue] = [
      "max_position_embeddings": .integer(count), "rms_norm_eps": .number(epsilon),
    ]
    if let keyHeads { values["num_key_value_heads"] = .integer(keyHeads) }
    return values
  }
}
