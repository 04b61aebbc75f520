internal import Basics

/// What a token is for; the numbers are SentencePiece's and GGUF's.
enum TokenRole: Int {
  case normal = 1
  case unknown, control, userDefined, unused, byte
}

/// A vocabulary whose tokens have roles: SentencePiece's own files, and GGUF's.
protocol RoledVocabulary {
  var tokens: [String] { get }
  /// One for each token.
  var roles: [TokenRole] { get }
  /// An error of the file that holds it.
  func failure(_ violation: Violation) -> TokenizerError
}

extension RoledVocabulary {
  /// Control tokens, which ordinary text must not name, and those that users add to a vocabulary.
  var addedTokens: [AddedToken] {
    tokens.indices.filter { [.control, .userDefined, .unknown].contains(roles[$0]) }.map { id in
      var token = AddedToken(id: Int32(id), text: tokens[id])
      token.isSpecial = roles[id] != .userDefined
      return token
    }
  }

  /// SentencePiece's tokenizer that merges characters by score.
  ///
  /// - Parameters:
  ///   - scores: One for each token.
  ///   - addsSpace: Whether a text begins with a space.
  func merging(byScore scores: [Double], addsSpace: Bool) throws(TokenizerError)
    -> SubwordTokenizer.Definition
  {
    var vocabulary = BytePairVocabulary(capacity: tokens.count, letter: .character)
    for (id, token) in tokens.enumerated() {
      // Bytes, control tokens and their like are never made of letters.
      guard vocabulary.add(Array(token.utf8), id: id) else {
        throw failure(.repeatedToken(token, id: id))
      }
    }
    vocabulary.fallBackToBytes()
    if let byte = vocabulary.fallbackIDs.firstIndex(of: -1) {
      throw failure(
        .missing("token '\(ByteToken.name(UInt8(byte)))'", purpose: "without which a text may have no ids"))
    }
    let made: Set<TokenRole> = [.normal, .userDefined, .unused]
    vocabulary.merge(byScore: scores) { made.contains(roles[Int($0)]) }
    vocabulary.findSeams()
    return SubwordTokenizer.Definition(marking: .bytePairs(vocabulary), addsSpace: addsSpace)
  }
}

extension SubwordTokenizer.Definition {
  /// A tokenizer whose tokens have a mark for each space.
  init(marking model: SubwordModel, addsSpace: Bool) {
    self.init(model: model)
    let mark = BytePairVocabulary.mark
    normalizer.steps =
      (addsSpace ? [.prepend(mark)] : []) + [.replace(.literal([UInt8(ascii: " ")]), with: mark)]
    decoder.steps =
      [.replace(.literal(mark), with: [UInt8(ascii: " ")]), .byteFallback, .fuse]
      + (addsSpace ? [.strip(" ", start: 1, stop: 0)] : [])
  }
}
