internal import Basics
internal import Foundation

extension SubwordTokenizer {
  /// The tokenizer of a Hugging Face folder.
  ///
  /// The end of a text is `eos_token` of `tokenizer_config.json` beside it, else `pad_token`, else one of the names that
  /// models give it, else 0. What begins a text is `bos_token` there, else what the file's template begins with. Tokens
  /// that are named or added there are those of transformers: the named ones are special, and what the file lacks gets
  /// ids behind all others, in the order of `added_tokens_decoder`, the keys of named tokens, and the extra ones.
  ///
  /// `clean_up_tokenization_spaces` there holds as in transformers, which leaves byte pairs as they are unless
  /// `clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output` is true as well.
  ///
  /// A `tokenizer.model` puts `bos_token` before a text unless `add_bos_token` is false, as llama.cpp does.
  ///
  /// - Parameter path: A folder with a `tokenizer.json`, or of a GPT-2 or Qwen2 with a `vocab.json` and a `merges.txt`, or
  ///   with a `tokenizer.model` of SentencePiece, or a `tokenizer.json`.
  /// - Throws: ``TokenizerError`` naming the file, if it is missing, damaged, or of a kind that is not supported.
  public convenience init(huggingFace path: String) throws(TokenizerError) {
    let isFolder = Basics.isFolder(path)
    let file = isFolder ? "\(path)/tokenizer.json" : path
    let folder = parentFolder(of: file)
    for name in [(file as NSString).lastPathComponent] + Self.sidecars {
      let path = (folder as NSString).appendingPathComponent(name)
      if let reason = fileFault(path) { throw TokenizerError(.unreadable(path: path, reason: reason)) }
    }
    var names = try TokenNames(folder: folder)
    var definition: Definition
    var framesTexts = false
    if let bytes = FileManager.default.contents(atPath: file) {
      definition = try TokenizerFile(Array(bytes), path: file).definition()
    } else {
      guard isFolder else {
        throw TokenizerError(.missing(path: path))
      }
      let vocabulary = try VocabularyFolder(path: path, names)
      definition = try vocabulary.definition()
      names = try vocabulary.tokenNames()
      framesTexts = vocabulary.framesTexts
    }
    definition.take(names)
    if case .unigram = definition.model {
      definition.cleansSpaces = names.cleansSpaces
    } else {
      definition.cleansSpaces = names.cleansSpaces && names.cleansSpacesOfBytePairs
    }
    if framesTexts {
      if names.addsBegin ?? true { definition.prefix = definition.bosToken.map { [$0] } ?? [] }
      if names.addsEnd ?? false { definition.suffix = [definition.eotToken] }
    }
    definition.name = "huggingface"
    self.init(definition)
  }

  /// What may lie beside a `tokenizer.json`, or stand for it.
  private static let sidecars = [
    "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
    "tokenizer.model",
  ]
}

extension SubwordTokenizer.Definition {
  /// Adds tokens, makes the named ones special, and the ends and the beginning of a text those that are named.
  mutating func take(_ names: TokenNames) {
    var ids: [String: Int32] = [:]
    let known = Set(addedTokens.map(\.id))
    for token in names.added { add(token) }
    specialTokens = Set(addedTokens.lazy.filter(\.isSpecial).map(\.id))
    for key in TokenNames.keys {
      guard let text = names.texts[key] else { continue }
      let id = id(ofSpecial: text)
      ids[key] = id
      specialTokens.insert(id)
    }
    for text in names.extra where !addedTokens.contains(where: { $0.text == text }) {
      specialTokens.insert(id(ofSpecial: text))
    }
    let usual = ["<|endoftext|>", "<|end_of_text|>", "</s>"].compactMap { name in
      addedTokens.first { $0.text == name }?.id
    }
    // Padding that the file lacks stands for nothing else.
    let padding = ids["pad_token"].flatMap { known.contains($0) ? $0 : nil }
    let end = ids["eos_token"] ?? padding ?? usual.first
    eotToken = end ?? 0
    endTokens = end.map { [$0] } ?? []
    bosToken = ids["bos_token"] ?? prefix.first
  }

  /// Adds a token, or takes another's place that has its text; its own id counts for nothing.
  private mutating func add(_ token: AddedToken) {
    var added = AddedToken(id: id(ofSpecial: token.text), text: token.text)
    added.isSpecial = token.isSpecial
    added.isNormalized = token.isNormalized
    (added.stripsLeft, added.stripsRight) = (token.stripsLeft, token.stripsRight)
    added.isSingleWord = token.isSingleWord
    if let place = addedTokens.firstIndex(where: { $0.text == token.text }) { addedTokens[place] = added }
  }

  /// The id of an added token, or of a token of the vocabulary that becomes one, or a new one behind all others.
  private mutating func id(ofSpecial text: String) -> Int32 {
    if let token = addedTokens.first(where: { $0.text == text }) { return token.id }
    let isSpelled = !isByteLevel || ByteAlphabet.spells(text)
    let known = isSpelled ? model[isByteLevel ? ByteAlphabet.bytes(of: text) : Array(text.utf8)] : nil
    let highest = addedTokens.map { Int($0.id) }.max() ?? -1
    let id = known ?? Int32(max(model.endID, highest + 1))
    addedTokens.append(AddedToken(id: id, text: text))
    return id
  }
}
