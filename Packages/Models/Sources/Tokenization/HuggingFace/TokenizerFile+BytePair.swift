internal import Weights

extension TokenizerFile {
  /// The byte-level tokenizer that the file describes.
  ///
  /// Post-processors only add special tokens around a text, which scoring never asks for, so they are not read.
  ///
  /// - Throws: ``TokenizerError`` naming the part of the file that is wrong, or that this version does not know.
  func definition() throws(TokenizerError) -> BytePairTokenizer.Definition {
    let kind = model["type"]?.text ?? "BPE"
    guard kind == "BPE" else { throw unsupported("model", kind, known: ["BPE"]) }
    for flag in ["byte_fallback", "fuse_unk"] where model[flag]?.bool == true {
      throw TokenizerError("'\(path)': model with \(flag) is not supported, only byte-level BPE")
    }
    for affix in ["continuing_subword_prefix", "end_of_word_suffix"]
    where model[affix]?.text?.isEmpty == false {
      throw TokenizerError("'\(path)': model with \(affix) is not supported, only byte-level BPE")
    }
    guard (model["dropout"]?.number ?? 0) == 0 else {
      throw TokenizerError(
        "'\(path)': model with dropout, so that a text has many encodings, is not supported")
    }
    return BytePairTokenizer.Definition(
      vocabulary: try bytePairs(), rule: try pieceRule(), addedTokens: try addedTokens(),
      composes: try composes())
  }

  private func bytePairs() throws(TokenizerError) -> BytePairVocabulary {
    var pairs = BytePairVocabulary(capacity: max(vocabulary.count, merges.count))
    for (token, id) in vocabulary {
      guard pairs.add(ByteAlphabet.bytes(of: token), id: id) else {
        throw TokenizerError(
          "'\(path)': token '\(token.prefix(40))' or its id \(id) occurs twice or is out of bounds")
      }
    }
    for (rank, (left, right)) in merges.enumerated() {
      let bytes = [left, right].map(ByteAlphabet.bytes)
      guard let first = pairs[bytes[0]], let second = pairs[bytes[1]], let id = pairs[bytes[0] + bytes[1]]
      else {
        throw TokenizerError(
          "'\(path)': merge \(rank), '\(left)' and '\(right)', is of tokens that the vocabulary lacks")
      }
      pairs.merges.add(first, second, .init(rank: UInt32(rank), id: id))
    }
    if let unknown = model["unk_token"]?.text {
      guard let id = pairs[ByteAlphabet.bytes(of: unknown)] else {
        throw TokenizerError("'\(path)': unk_token '\(unknown)' is not in the vocabulary")
      }
      pairs.fillMissingBytes(with: id)
    }
    pairs.prefersWholePieces = model["ignore_merges"]?.bool == true
    return pairs
  }

  private func addedTokens() throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for value in parts["added_tokens"]?.list ?? [] {
      guard let entry = value.object, let text = entry["content"]?.text, let id = entry["id"]?.integer,
        (0..<1 << 24).contains(id)
      else { throw TokenizerError("'\(path)': added token \(tokens.count) has no content or no id") }
      var token = AddedToken(id: Int32(id), text: text)
      token.isSpecial = entry["special"]?.bool ?? false
      token.isNormalized = entry["normalized"]?.bool ?? !token.isSpecial
      token.stripsLeft = entry["lstrip"]?.bool ?? false
      token.stripsRight = entry["rstrip"]?.bool ?? false
      token.isSingleWord = entry["single_word"]?.bool ?? false
      tokens.append(token)
    }
    return tokens
  }

  /// Whether the text is brought into normal form C.
  private func composes() throws(TokenizerError) -> Bool {
    let steps = flattened("normalizer", members: "normalizers")
    for step in steps where step.kind != "NFC" { throw unsupported("normalizer", step.kind, known: ["NFC"]) }
    return !steps.isEmpty
  }

  private func pieceRule() throws(TokenizerError) -> PieceRule {
    var rule = PieceRule()
    var isByteLevel = false
    for (kind, step) in flattened("pre_tokenizer", members: "pretokenizers") {
      switch kind {
      case "Digits":
        rule.digits = step["individual_digits"]?.bool == true ? .oneByOne : .together
      case "Split":
        try add(splitPattern(step), to: &rule)
      case "ByteLevel":
        isByteLevel = true
        rule.addsSpace = step["add_prefix_space"]?.bool ?? true
        if step["use_regex"]?.bool ?? true { try add(.gpt2, to: &rule) }
      default: throw unsupported("pre_tokenizer", kind, known: ["ByteLevel", "Digits", "Split", "Sequence"])
      }
    }
    guard isByteLevel else {
      throw TokenizerError("'\(path)': pre_tokenizer has no ByteLevel, and only byte-level BPE is supported")
    }
    guard !rule.addsSpace || rule.digits == nil else {
      throw TokenizerError(
        "'\(path)': pre_tokenizer with Digits and add_prefix_space together is not supported")
    }
    return rule
  }

  private func add(_ pattern: PiecePattern, to rule: inout PieceRule) throws(TokenizerError) {
    guard rule.pattern == nil else {
      throw TokenizerError("'\(path)': pre_tokenizer splits by two patterns, which is not supported")
    }
    rule.pattern = pattern
  }

  private func splitPattern(_ step: JSONObject) throws(TokenizerError) -> PiecePattern {
    let expression = step["pattern"]?.object?["Regex"]?.text ?? "\(step["pattern"] ?? .null)"
    guard step["behavior"]?.text == "Isolated", step["invert"]?.bool != true else {
      throw TokenizerError(
        "'\(path)': pre_tokenizer Split is supported with behavior 'Isolated' and without invert only")
    }
    guard let pattern = PiecePattern(regularExpression: expression) else {
      let known = PiecePattern.allCases.map(\.rawValue).joined(separator: ", ")
      throw TokenizerError(
        "'\(path)': pre_tokenizer Split by '\(expression)' is not supported, only those of \(known)")
    }
    return pattern
  }

  /// The steps of a part that may be a Sequence of them.
  private func flattened(_ part: String, members: String) -> [(kind: String, step: JSONObject)] {
    func steps(_ value: JSONValue?) -> [(kind: String, step: JSONObject)] {
      guard let step = value?.object else { return [] }
      let kind = step["type"]?.text ?? "unnamed"
      return kind == "Sequence" ? (step[members]?.list ?? []).flatMap(steps) : [(kind, step)]
    }
    return steps(parts[part])
  }

  private func unsupported(_ part: String, _ kind: String, known: [String]) -> TokenizerError {
    let list = known.map { "'\($0)'" }.joined(separator: ", ")
    return TokenizerError("'\(path)': \(part) '\(kind)' is not supported, only \(list)")
  }
}
