internal import Basics

extension VocabularyFile {
  /// How a text is cut before bytes are merged.
  func preKind() throws(TokenizerError) -> PreKind {
    guard let pre = try text("pre"), pre != "default" else {
      throw failure(
        .missing(
          "'tokenizer.ggml.pre'",
          purpose: "by which a text is cut; files of old have none, so convert the model anew"))
    }
    guard let kind = PreKind(name: pre) else {
      throw failure(.unsupported("'tokenizer.ggml.pre' of '\(pre)'", supported: PreKind.names))
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
        throw failure(.repeatedToken(token, id: id))
      }
    }
    for (rank, merge) in try texts("merges").enumerated() {
      // The space between the two; one that begins a token is written `Ġ`.
      let words = merge.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let bytes = words.map { ByteAlphabet.bytes(of: String($0)) }
      guard bytes.count == 2, let first = vocabulary[bytes[0]], let second = vocabulary[bytes[1]],
        let id = vocabulary[bytes[0] + bytes[1]]
      else {
        throw failure(
          .value("merge \(rank)", expected: "tokens of the vocabulary", found: "'\(merge.prefix(80))'"))
      }
      vocabulary.merges.add(first, second, .init(rank: UInt32(rank), id: id))
    }
    return vocabulary
  }
}
