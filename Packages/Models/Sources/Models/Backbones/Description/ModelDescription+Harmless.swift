import Basics

extension ModelDescription {
  /// Whether a setting that no architecture reads changes no logit.
  static func isHarmless(_ name: String, _ value: JSONValue) -> Bool {
    harmless.contains(name) || harmlessValues[name]?.contains(value) == true
  }

  /// Settings of training, generation, output, storage and bookkeeping, which change no logit whatever they say.
  ///
  /// - Source: `PreTrainedConfig`, `GenerationConfig` and the configurations of the architectures in `transformers` 5.24,
  ///   each compared with what their models read; then what tools write into `config.json`, and no model reads.
  private static let harmless = Set(
    """
    _attn_implementation _attn_implementation_autoset _attn_implementation_internal _auto_class _commit_hash
    _diffusers_version _experts_implementation _experts_implementation_internal _flash_attn_2_enabled _from_auto
    _name_or_path _pre_quantization_dtype _sliding_window_pattern architectures attention_dropout attention_probs_dropout_prob
    attn_implementation attn_pdrop auto_map bad_words_ids begin_suppress_tokens bos_token_id cache_config
    cache_implementation chunk_size_feed_forward classifier_dropout classifier_dropout_prob cls_token_id
    decoder_start_token_id diversity_penalty do_sample dtype early_stopping embd_pdrop assistant_confidence_threshold
    assistant_lookbehind encoder_no_repeat_ngram_size encoder_repetition_penalty num_assistant_tokens_schedule target_lookbehind
    eos_token_id epsilon_cutoff eta_cutoff exponential_decay_length_penalty finetuning_task forced_bos_token_id
    forced_eos_token_id gradient_checkpointing guidance_scale hidden_dropout hidden_dropout_prob id2label initializer_range
    is_decoder is_llama_config keys_to_ignore_at_inference label2id length_penalty low_memory mask_token_id max_length
    max_new_tokens max_sequence_length max_time min_length min_new_tokens min_p model_max_length n_ctx n_special
    name_or_path no_repeat_ngram_size num_assistant_tokens num_beam_groups num_beams num_labels num_return_sequences
    output_attentions output_hidden_states output_past output_scores pad_token_id penalty_alpha predict_special_tokens
    prefix problem_type remove_invalid_values renormalize_logits reorder_and_upcast_attn repetition_penalty resid_pdrop
    return_dict return_dict_in_generate sep_token_id sequence_bias summary_activation summary_first_dropout
    summary_proj_to_labels summary_type summary_use_proj suppress_tokens task_specific_params temperature tf_legacy_loss
    tie_last_hidden_states token_healing tokenizer_class top_h top_k top_p torch_dtype torchscript transformers.js_config
    transformers_version transformers_weights typical_p unk_token_id unsloth_fixed unsloth_version use_bfloat16 use_cache
    use_return_dict watermarking_config residual_dropout embedding_dropout resid_dropout embed_dropout activation_dropout
    dropout layerdrop init_std emb_pdrop eod_token_id
    """.split(whereSeparator: \.isWhitespace).map(String.init))

  /// Settings of what is not implemented, with the values that turn it off.
  private static let harmlessValues: [String: [JSONValue]] = [
    "is_causal": [.bool(true)], "is_encoder_decoder": [.bool(false)], "add_cross_attention": [.bool(false)],
    "tie_encoder_decoder": [.bool(false)], "use_bidirectional_attention": [.bool(false)],
    "pruned_heads": [.object([])], "rope_interleaved": [.bool(false)], "use_mrope": [.bool(false)],
    "use_sliding_window": [.bool(false)], "use_qk_norm": [.bool(false)], "qk_layernorm": [.bool(false)],
    "attention_bias": [.bool(false)], "mlp_bias": [.bool(false)], "bias": [.bool(false)],
    "qkv_bias": [.bool(false)], "use_bias": [.bool(false)],
    "pretraining_tp": [.integer(1)], "per_layer_config": [.object([])],
  ]
}
