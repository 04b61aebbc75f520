import Basics

extension ModelDescription {
  /// What `transformers` takes for settings that a `config.json` does not have, by `model_type`. The sizes that every file
  /// states are not among them: where one is missing, the file is not whole.
  ///
  /// - Source: `configuration_*.py` of `transformers` 5.24, and `convert_rope_params_to_dict` for rotary positions.
  static let defaults: [String: [String: JSONValue]] = [
    "gpt2": ["n_positions": .integer(1024), "layer_norm_epsilon": .number(1e-5)],
    "gpt_neox": ["max_position_embeddings": .integer(2048), "layer_norm_eps": .number(1e-5)],
    "llama": ["max_position_embeddings": .integer(2048), "rms_norm_eps": .number(1e-6)],
    "internlm3": [
      "max_position_embeddings": .integer(32_768), "rms_norm_eps": .number(1e-5),
      "num_key_value_heads": .integer(2),
      "head_dim": .integer(128),
    ],
    "mistral": [
      "max_position_embeddings": .integer(131_072), "rms_norm_eps": .number(1e-6),
      "num_key_value_heads": .integer(8),
      "sliding_window": .integer(4096),
    ],
    "qwen2": qwen,
    "qwen3": qwen.merging(["head_dim": .integer(128)]) { $1 },
    "gemma3_text": [
      "max_position_embeddings": .integer(131_072), "rms_norm_eps": .number(1e-6),
      "num_key_value_heads": .integer(4),
      "head_dim": .integer(256), "query_pre_attn_scalar": .integer(256), "sliding_window": .integer(4096),
    ],
  ]

  private static let qwen: [String: JSONValue] = [
    "max_position_embeddings": .integer(32_768), "rms_norm_eps": .number(1e-6),
    "num_key_value_heads": .integer(32),
    "sliding_window": .integer(4096), "max_window_layers": .integer(28),
  ]
}
