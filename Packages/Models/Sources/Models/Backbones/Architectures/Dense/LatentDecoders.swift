import Basics
import TensorCore

/// Dense decoders of latent attention: MiniCPM 3 and Youtu.
///
/// - Parameters in a checkpoint: ``LatentAttention``'s, and those of ``Llama`` beside it.
/// - Source: Hu et al. 2024, *MiniCPM*, §3 (the multipliers); DeepSeek-AI 2024, *DeepSeek-V2*, §2.1; Tencent Youtu Lab 2025,
///   *Youtu-LLM*, §2.
enum LatentDecoders {
  static let miniCPM3 = Architecture(
    "minicpm3", of: ComposedDecoder.self, withoutGradients: .latentAttention,
    defaults: [
      "max_position_embeddings": 32_768, "rms_norm_eps": 1e-5, "num_key_value_heads": 40,
      "kv_lora_rank": 256, "q_lora_rank": 768, "qk_nope_head_dim": 64, "qk_rope_head_dim": 32,
      "scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 256,
    ],
    settings: { description throws(ModelError) in
      var settings = try ComposedDecoder.Configuration(latent: description, layout: .halfSplit, tied: true)
      settings.feedForward.bias = try description.bool("mlp_bias", default: false)
      settings.stemRules.scale = try description.factor("scale_emb", default: 12)
      let layers = Double(settings.shape.layers).squareRoot()
      settings.block.residualScale = Float(try description.number("scale_depth", default: layers) / layers)
      let width = Double(settings.shape.width)
      settings.stemRules.logitScale =
        1 / Float(width / (try description.number("dim_model_base", default: width)))
      return settings
    }, types: \.types)

  /// The row of `pad_token_id` is the file's: transformers 5.24 sets it to zero as it loads a model, since its initialization of
  /// that one row is not held back for weights that come from a file.
  static let youtu = Architecture(
    "youtu", of: ComposedDecoder.self, withoutGradients: .latentAttention,
    defaults: [
      "max_position_embeddings": 131_072, "rms_norm_eps": 1e-6, "num_key_value_heads": 16,
      "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
      "v_head_dim": 128,
    ],
    settings: { description throws(ModelError) in
      description.ignore("embedding_initializer_range")
      // transformers turns by another width where files state one.
      try description.refuse("head_dim", unless: .integer(description.integer("qk_rope_head_dim")))
      return try ComposedDecoder.Configuration(
        latent: description, layout: description.latentLayout(), tied: true)
    }, types: \.types)
}
