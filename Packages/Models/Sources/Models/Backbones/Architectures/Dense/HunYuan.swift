import Basics
import TensorCore

/// HunYuan's dense models: Llama's blocks whose query and key heads are normalised after they rotate.
///
/// - Parameters in a checkpoint: those of ``Llama`` and `self_attn/{query,key}_layernorm` `[head width]`.
/// - Source: Tencent Hunyuan Team 2025, *Hunyuan dense models* of 0.5 to 7 billion parameters.
enum HunYuan {
  static let architecture = Architecture(
    "hunyuan_v1_dense", of: ComposedDecoder.self,
    defaults: ["max_position_embeddings": 2048, "rms_norm_eps": 1e-5], settings: configuration,
    types: \.types,
    gguf: .llama(
      "hunyuan-dense",
      changing: ["attn_q_norm": "self_attn.query_layernorm", "attn_k_norm": "self_attn.key_layernorm"]))

  private static func configuration(_ description: ModelDescription) throws(ModelError)
    -> ComposedDecoder.Configuration
  {
    var settings = try ComposedDecoder.Configuration(common: description)
    settings.attention.headNorm = .each(.rootMeanSquare(), names: ("query_layernorm", "key_layernorm"))
    settings.attention.normalizesRotated = true
    try settings.readAttentionBias(description)
    try description.refuse("pretraining_tp", unless: 1)
    // Of the original program; transformers reads none of them.
    description.ignore(
      "add_classification_head", "attention_head_dim", "cla_share_factor", "class_num", "dense_list",
      "enable_lm_head_fp32", "im_end_id", "im_newline_id", "im_start_id", "mask_init_id", "mlp_bias",
      "norm_type", "num_experts", "org_vocab_size", "pad_id", "pool_type", "skip_cls_token", "text_end_id",
      "text_start_id", "use_cla", "use_qk_norm", "use_rotary_pos_emb")
    let rotary = try description.rotary(
      headWidth: settings.shape.headWidth, blockSize: settings.shape.blockSize, hasFixedAlpha: true)
    for index in settings.layers.indices { settings.layers[index].rotary = rotary }
    return settings
  }
}
