extension VocabularyFile {
  /// The tokenizer of `tokenizer.ggml.model` = `llama`: SentencePiece's, which merges characters by score.
  func scored() throws(TokenizerError) -> SubwordTokenizer.Definition {
    var vocabulary = BytePairVocabulary(capacity: tokens.count, letter: .character)
    for (id, token) in tokens.enumerated() {
      // Bytes, control tokens and their like are never made of letters.
      guard vocabulary.add(Array(token.utf8), id: id) else {
        throw failure("token \(id), '\(token.prefix(40))', occurs twice or is out of bounds")
      }
    }
    vocabulary.fallBackToBytes()
    if let byte = vocabulary.fallbackIDs.firstIndex(of: -1) {
      throw failure("the vocabulary has no '\(ByteToken.name(UInt8(byte)))', so a text may have no tokens")
    }
    let made: Set<Role> = [.normal, .userDefined, .unused]
    vocabulary.merge(byScore: try numbers("scores")) { made.contains(roles[Int($0)]) }
    vocabulary.findSeams()
    var definition = SubwordTokenizer.Definition(model: .bytePairs(vocabulary))
    let mark = BytePairVocabulary.mark
    let addsSpace = try bool("add_space_prefix") ?? true
    definition.normalizer.steps =
      (addsSpace ? [.prepend(mark)] : []) + [.replace(.literal([UInt8(ascii: " ")]), with: mark)]
    definition.decoder.steps =
      [.replace(.literal(mark), with: [UInt8(ascii: " ")]), .byteFallback, .fuse]
      + (addsSpace ? [.strip(" ", start: 1, stop: 0)] : [])
    return definition
  }
}
