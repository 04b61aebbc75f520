internal import Basics

extension SubwordTokenizer {
  /// The tokenizer of a GGUF file.
  ///
  /// As llama.cpp has it: no normal form, and a text begins and ends with the tokens that the file says.
  ///
  /// - Throws: ``TokenizerError`` naming the file and what is missing, wrong or not supported.
  public convenience init(gguf path: String) throws(TokenizerError) {
    self.init(try VocabularyFile(path: path).definition())
  }
}

extension VocabularyFile {
  func definition() throws(TokenizerError) -> SubwordTokenizer.Definition {
    guard let model = try text("model") else { throw failure(.missing("'tokenizer.ggml.model'")) }
    var definition: SubwordTokenizer.Definition
    let addsBegin: Bool
    switch model {
    case "gpt2":
      let kind = try preKind()
      definition = try merged(kind)
      addsBegin = kind.addsBeginOfText
    case "llama":
      definition = try scored()
      addsBegin = true
    case "gemma4":
      definition = try mergedCharacters()
      addsBegin = true
    default:
      throw failure(
        .unsupported("'tokenizer.ggml.model' of '\(model)'", supported: ["gpt2", "llama", "gemma4"]))
    }
    definition.addedTokens = addedTokens
    guard let end = try id("eos_token_id") else {
      throw failure(.missing("'tokenizer.ggml.eos_token_id'", purpose: "the token that ends a text"))
    }
    definition.eotToken = end
    definition.endTokens = [end]
    for name in ["eot_token_id", "eom_token_id"] {
      if let id = try idOfToken(name) { definition.endTokens?.insert(id) }
    }
    definition.specialTokens = Set(addedTokens.lazy.filter(\.isSpecial).map(\.id))
    definition.bosToken = try id("bos_token_id")
    // llama.cpp begins texts of Gemma 4 so whatever the file says.
    let begins = try bool("add_bos_token") ?? addsBegin
    definition.prefix = try frame(begins || model == "gemma4", definition.bosToken, "bos")
    definition.suffix = try frame(bool("add_eos_token") ?? false, end, "eos")
    definition.name = "gguf"
    return definition
  }

  private func frame(_ isAsked: Bool, _ id: Int32?, _ name: String) throws(TokenizerError) -> [Int32] {
    guard isAsked else { return [] }
    guard let id else {
      throw failure(
        .missing("'tokenizer.ggml.\(name)_token_id'", purpose: "the token that stands around every text"))
    }
    return [id]
  }
}
