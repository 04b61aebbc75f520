internal import Basics

extension TokenizerFile {
  /// The vocabulary, and how a piece becomes tokens of it.
  func subwordModel(isByteLevel: Bool) throws(TokenizerError) -> SubwordModel {
    let kind = model["type"]?.text ?? (scored.isEmpty ? "BPE" : "Unigram")
    switch kind {
    case "BPE": return .bytePairs(try bytePairs(isByteLevel ? .byte : .character))
    case "Unigram":
      guard !isByteLevel else {
        throw failure("model", .unsupported("Unigram over the pre-tokens of ByteLevel"))
      }
      return .unigram(try unigram())
    default:
      throw TokenizerError(
        .unsupported(path: path, key: "model", found: kind, supported: ["BPE", "Unigram"]))
    }
  }

  private func unigram() throws(TokenizerError) -> UnigramVocabulary {
    guard let unknown = model["unk_id"]?.integer else {
      throw failure("model/unk_id", .missing("id", purpose: "without which a text may have no ids"))
    }
    guard scored.indices.contains(unknown) else {
      throw failure(
        "model/unk_id", .value(expected: "an id of 0 ..< \(scored.count)", found: "\(unknown)"))
    }
    return UnigramVocabulary(
      scored, unknownID: unknown, fallsBackToBytes: model["byte_fallback"]?.bool == true)
  }

  private func bytePairs(_ letter: BytePairVocabulary.Letter) throws(TokenizerError) -> BytePairVocabulary {
    try checkBytePairs()
    func bytes(_ token: String) -> [UInt8] {
      letter == .byte ? ByteAlphabet.bytes(of: token) : Array(token.utf8)
    }
    var pairs = BytePairVocabulary(capacity: max(vocabulary.count, merges.count), letter: letter)
    for (token, id) in vocabulary {
      guard pairs.add(bytes(token), id: id) else {
        throw failure("model/vocab", .repeatedToken(token, id: id))
      }
    }
    for (rank, (left, right)) in merges.enumerated() {
      let (first, second) = (bytes(left), bytes(right))
      guard let left = pairs[first], let right = pairs[second], let id = pairs[first + second] else {
        throw failure(
          "model/merges/\(rank)",
          .value(
            expected: "tokens of the vocabulary", found: "'\(left.prefix(40))' and '\(right.prefix(40))'"))
      }
      pairs.merges.add(left, right, .init(rank: UInt32(rank), id: id))
    }
    if let unknown = model["unk_token"]?.text {
      guard let id = pairs[bytes(unknown)] else {
        throw failure(
          "model/unk_token", .value(expected: "a token of the vocabulary", found: "'\(unknown.prefix(40))'"))
      }
      pairs.unknownID = id
    }
    pairs.fusesUnknown = model["fuse_unk"]?.bool == true
    pairs.prefersWholePieces = model["ignore_merges"]?.bool == true
    if model["byte_fallback"]?.bool == true {
      guard letter == .character || pairs.missingBytes.isEmpty else {
        throw failure(
          "model/byte_fallback", .unsupported("true beside ByteLevel, where bytes have no token,"))
      }
      if letter == .character { pairs.fallBackToBytes() }
    }
    pairs.findSeams()
    return pairs
  }

  private func checkBytePairs() throws(TokenizerError) {
    guard scored.isEmpty else {
      throw failure("model/vocab", .value(expected: "an object of tokens and ids", found: "a list"))
    }
    for affix in ["continuing_subword_prefix", "end_of_word_suffix"]
    where model[affix]?.text?.isEmpty == false {
      throw failure("model/\(affix)", .unsupported("'\(model[affix]?.text ?? "")'"))
    }
    guard (model["dropout"]?.number ?? 0) == 0 else {
      throw failure("model/dropout", .unsupported("dropout, by which a text has many encodings,"))
    }
  }
}
