extension BytePairTokenizer {
  /// The tokenizer of a GGUF file.
  ///
  /// As llama.cpp has it: no normal form, and a text begins and ends with the tokens that the file says.
  ///
  /// - Throws: ``TokenizerError`` naming the file and what is missing, wrong or not supported.
  public convenience init(gguf path: String) throws(TokenizerError) {
    let file = try VocabularyFile(path: path)
    guard let model = file.text("model") else { throw file.failure("no 'tokenizer.ggml.model'") }
    guard model == "gpt2" else {
      throw file.failure("tokenizer.ggml.model '\(model)' is not supported, only 'gpt2'")
    }
    self.init(try file.bytePairs())
  }
}

extension VocabularyFile {
  /// The byte-level tokenizer of `tokenizer.ggml.model` = `gpt2`.
  func bytePairs() throws(TokenizerError) -> BytePairTokenizer.Definition {
    guard let pre = text("pre"), pre != "default" else {
      throw failure(
        "'tokenizer.ggml.pre' does not say how a text is cut, so the file is older than that; convert it anew"
      )
    }
    guard let kind = PreKind(name: pre) else {
      throw failure(
        "tokenizer.ggml.pre '\(pre)' is not supported, only "
          + PreKind.names.map { "'\($0)'" }.joined(separator: ", "))
    }
    var definition = BytePairTokenizer.Definition(vocabulary: try mergedVocabulary(), rule: kind.rule)
    definition.vocabulary.prefersWholePieces = kind.prefersWholePieces
    definition.addedTokens = addedTokens
    guard let end = try id("eos_token_id") else {
      throw failure("no 'tokenizer.ggml.eos_token_id', the token that ends a text")
    }
    definition.eotToken = end
    definition.bosToken = try id("bos_token_id")
    definition.prefix = try frame(
      bool("add_bos_token") ?? kind.addsBeginOfText, definition.bosToken, "bos")
    definition.suffix = try frame(bool("add_eos_token") ?? false, end, "eos")
    definition.name = "gguf"
    return definition
  }

  func frame(_ isAsked: Bool, _ id: Int32?, _ name: String) throws(TokenizerError) -> [Int32] {
    guard isAsked else { return [] }
    guard let id else {
      throw failure(
        "'tokenizer.ggml.add_\(name)_token' is set, but there is no 'tokenizer.ggml.\(name)_token_id'")
    }
    return [id]
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
