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

  /// The tokenizer of `tokenizer.ggml.model` = `gemma4`: characters are merged, over the whole text; spaces are marks, and
  /// characters without a token are bytes.
  func mergedCharacters() throws(TokenizerError) -> SubwordTokenizer.Definition {
    var vocabulary = try mergedVocabulary(.character)
    vocabulary.unknownID = try id("unknown_token_id")
    vocabulary.fusesUnknown = true
    vocabulary.fallBackToBytes()
    vocabulary.findSeams()
    let (space, mark) = (Array(" ".utf8), Array("\u{2581}".utf8))
    var definition = SubwordTokenizer.Definition(model: .bytePairs(vocabulary))
    definition.normalizer.steps = [.replace(.literal(space), with: mark)]
    definition.decoder.steps = [.replace(.literal(mark), with: space), .byteFallback, .fuse]
    return definition
  }

  private func mergedVocabulary(_ letter: BytePairVocabulary.Letter = .byte) throws(TokenizerError)
    -> BytePairVocabulary
  {
    func bytes(of token: String) -> [UInt8] {
      letter == .byte ? ByteAlphabet.bytes(of: token) : Array(token.utf8)
    }
    var vocabulary = BytePairVocabulary(capacity: tokens.count, letter: letter)
    // Of characters, what is added is made by merges, too.
    for (id, token) in tokens.enumerated()
    where letter == .character || [.normal, .unused, .byte].contains(roles[id]) {
      guard vocabulary.add(bytes(of: token), id: id) else {
        throw failure(.repeatedToken(token, id: id))
      }
    }
    for (rank, merge) in try texts("merges").enumerated() {
      // The space between the two; one that begins a token is written `Ġ`, or as a mark.
      let words = merge.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      let bytes = words.map { bytes(of: String($0)) }
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
