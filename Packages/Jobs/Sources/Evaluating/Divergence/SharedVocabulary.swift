import Tokenization

/// The ids that two models have in common.
enum SharedVocabulary {
  /// Makes sure that the tokenizers of two models spell the first `count` ids alike.
  ///
  /// - Throws: ``DivergenceError`` with the first id that is spelt otherwise.
  static func check(
    _ reference: any Tokenizer, named referenceName: String, _ candidate: any Tokenizer,
    named candidateName: String, first count: Int
  ) throws(DivergenceError) {
    guard reference.identity != candidate.identity else { return }
    for id in 0..<Int32(count) {
      let (first, second) = (reference.spelling(of: id), candidate.spelling(of: id))
      guard first != second else { continue }
      func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
      throw DivergenceError(
        .token(
          id: Int(id), reference: referenceName, text(first), candidate: candidateName, text(second)))
    }
  }
}
