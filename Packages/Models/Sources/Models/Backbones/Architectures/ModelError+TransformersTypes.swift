extension ModelError {
  /// Values of `model_type` that `transformers` 5 generates text with, and the text parts of models of several kinds:
  /// names that are not misspellings of others.
  ///
  /// - Source: huggingface/transformers, src/transformers/models/auto.
  static let transformersTypes = Set(
    """
    afmoe apertus arcee aria_text bamba bart bert bert-generation big_bird bigbird_pegasus biogpt bitnet blenderbot
    blenderbot-small bloom blt camembert code_llama codegen cohere cohere2 cpmant ctrl cwm data2vec-text dbrx
    deepseek_v2 deepseek_v3 diffllama doge dots1 electra emu3 ernie ernie4_5 ernie4_5_moe exaone4 exaone_moe falcon
    falcon_h1 falcon_mamba flex_olmo fuyu gemma gemma2 gemma3 gemma3_text gemma3n gemma3n_text gemma4 gemma4_text git
    glm glm4 glm4_moe glm4_moe_lite glm4v_moe_text glm4v_text glm_moe_dsa got_ocr2 gpt-sw3 gpt2 gpt_bigcode gpt_neo
    gpt_neox gpt_neox_japanese gpt_oss gptj granite granitemoe granitemoehybrid granitemoeshared helium hunyuan_v1_dense
    hunyuan_v1_moe hyperclovax jais2 jamba jetmoe lfm2 lfm2_moe llama llama4 llama4_text longcat_flash mamba
    mamba2 marian mbart megatron-bert minimax minimax_m2 ministral ministral3 mistral mistral3 mistral4 mixtral mllama
    mllama_text_model modernbert-decoder moshi mpt musicgen mvp nanochat nemotron nemotron_h olmo olmo2 olmo3
    olmo_hybrid olmoe openai-gpt opt pegasus persimmon phi phi3 phi4_multimodal phimoe plbart prophetnet qwen2
    qwen2_5_vl_text qwen2_moe qwen2_vl_text qwen3 qwen3_5 qwen3_5_moe qwen3_5_moe_text qwen3_5_text qwen3_moe qwen3_next
    qwen3_vl_moe_text qwen3_vl_text recurrent_gemma reformer rembert roberta roberta-prelayernorm roc_bert roformer rwkv
    seed_oss smollm3 solar_open stablelm starcoder2 trocr vaultgemma xglm xlm xlm-roberta xlm-roberta-xl xlnet xlstm
    xmod youtu zamba zamba2
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
