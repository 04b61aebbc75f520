extension VocabularyFile {
  /// How a text is cut before bytes are merged.
  func preKind() throws(TokenizerError) -> PreKind {
    guard let pre = try text("pre"), pre != "default" else {
      throw failure(
        "'tokenizer.ggml.pre' does not say how a text is cut, as in old files; convert the model anew")
    }
    guard let kind = PreKind(name: pre) else {
      throw failure(
        "tokenizer.ggml.pre '\(pre)' is not supported, only "
          + PreKind.names.map { "'\($0)'" }.joined(separator: ", "))
    }
    return kind
  }

  /// The byte-level tokenizer of `tokenizer.ggml.model` = `gpt2`.
  func merged(_ kind: PreKind) throws(TokenizerError) -> SubwordTokenizer.Definition {
    var vocabulary = try mergedVocabulary()
    vocabulary.prefersWholePieces = kind.prefersWholePieces
    return SubwordTokenizer.Definition(
      model: .bytePairs(vocabulary), preTokenizer: kind.preTokenizer, isByteLevel: true)
  }

  private func mergedVocabulary() throws(TokenizerError) -> BytePairVocabulary {
    var vocabulary = BytePairVocabulary(capacity: tokens.count)
    for (id, token) in tokens.enumerated() where [.normal, .unused, .byte].contains(roles[id]) {
      guard vocabulary.add(ByteAlphabet.bytes(of: token), id: id) else {
        throw failure("token \(id), '\(token.prefix(40))', occurs twice or is out of bounds")
      }
    }
    for (rank, merge) in try texts("merges").enumerated() {
      // The space between the two; one that begins a token is written `Ġ`.
      let words = merge.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let bytes = words.map { ByteAlphabet.bytes(of: String($0)) }
      guard bytes.count == 2, let first = vocabulary[bytes[0]], let second = vocabulary[bytes[1]],
        let id = vocabulary[bytes[0] + bytes[1]]
      else { throw failure("merge \(rank), '\(merge.prefix(80))', is of tokens that the vocabulary lacks") }
      vocabulary.merges.add(first, second, .init(rank: UInt32(rank), id: id))
    }
    return vocabulary
  }
}
