import Weights

extension GGUFDialect {
  /// Tensors of a layer of Gemma 3n and 4.
  static let gemmaNames = [
    "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm", "inp_gate": "per_layer_input_gate",
    "proj": "per_layer_projection", "post_norm": "post_per_layer_input_norm",
  ]

  /// Their tensors outside the layers.
  static let gemmaTensors = [
    "per_layer_token_embd": "embed_tokens_per_layer", "per_layer_model_proj": "per_layer_model_projection",
    "per_layer_proj_norm": "per_layer_projection_norm",
  ]

  /// Their settings.
  static let gemmaSettings = [
    "attention.sliding_window_pattern": "sliding_window_pattern",
    "attention.shared_kv_layers": "num_kv_shared_layers",
    "embedding_length_per_layer_input": "hidden_size_per_layer_input",
  ]
}

extension GGUFSettings {
  /// How many ids the table of per-layer embeddings has.
  var inputsForLayers: [String: GGUFValue] {
    guard let rows = file.shape(of: "per_layer_token_embd.weight")?.first else { return [:] }
    return ["vocab_size_per_layer_input": .integer(rows)]
  }
}
