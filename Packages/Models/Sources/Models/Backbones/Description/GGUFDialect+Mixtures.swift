import Weights

extension GGUFDialect {
  /// The names of Llama, and those that mixtures share.
  ///
  /// - Parameters:
  ///   - half: The part of a layer that holds its feed-forward half.
  ///   - router, experts, shared: What the parts of a mixture are called below it.
  ///   - changes: Tensors of a block that are named otherwise.
  static func mixture(
    _ architecture: String, half: String = "mlp", router: String = "gate",
    experts: (gate: String, up: String, down: String) = ("gate_proj", "up_proj", "down_proj"),
    shared: String = "shared_experts", settings: [String: String] = [:],
    changing changes: [String: String] = [:]
  ) -> GGUFDialect {
    let names = [
      "ffn_gate_inp": "\(half).\(router)", "ffn_gate_exps": "\(half).experts.\(experts.gate)",
      "ffn_up_exps": "\(half).experts.\(experts.up)", "ffn_down_exps": "\(half).experts.\(experts.down)",
      "ffn_gate_shexp": "\(half).\(shared).gate_proj", "ffn_up_shexp": "\(half).\(shared).up_proj",
      "ffn_down_shexp": "\(half).\(shared).down_proj", "ffn_gate_inp_shexp": "\(half).\(shared)_gate",
    ]
    var dialect = llama(architecture, changing: names.merging(changes) { $1 })
    dialect.isMixture = true
    dialect.settings.merge([
      "expert_count": "num_local_experts", "expert_used_count": "num_experts_per_tok",
      "expert_feed_forward_length": "moe_intermediate_size",
      "expert_shared_feed_forward_length": "shared_expert_intermediate_size",
    ]) { $1 }
    dialect.settings.merge(settings) { $1 }
    return dialect
  }

  /// The names of mixtures whose experts are chosen as in DeepSeek-V3.
  static func correctedMixture(_ architecture: String, changing changes: [String: String] = [:])
    -> GGUFDialect
  {
    var dialect = mixture(
      architecture,
      settings: [
        "expert_count": "n_routed_experts", "expert_shared_count": "n_shared_experts",
        "leading_dense_block_count": "first_k_dense_replace", "expert_weights_scale": "routed_scaling_factor",
        "expert_weights_norm": "norm_topk_prob", "expert_group_count": "n_group",
        "expert_group_used_count": "topk_group", "expert_gating_func": "expert_gating_func",
        "nextn_predict_layers": "num_nextn_predict_layers",
      ], changing: changes.merging(["exp_probs_b.bias": "mlp.gate.e_score_correction_bias"]) { one, _ in one }
    )
    dialect.implied = { settings in
      // The layers that predict tokens further on are counted too.
      guard let layers = settings["block_count"]?.integer,
        let further = settings["nextn_predict_layers"]?.integer,
        further < layers
      else { return [:] }
      return ["num_hidden_layers": .integer(layers - further)]
    }
    return dialect
  }
}
