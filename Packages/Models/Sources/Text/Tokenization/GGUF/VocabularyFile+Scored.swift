extension VocabularyFile {
  /// The tokenizer of `tokenizer.ggml.model` = `llama`: SentencePiece's, which merges characters by score.
  func scored() throws(TokenizerError) -> SubwordTokenizer.Definition {
    try merging(byScore: numbers("scores"), addsSpace: bool("add_space_prefix") ?? true)
  }
}
