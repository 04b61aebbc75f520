import Tokenization

/// Stands in for the tokenizer of a server that takes and gives texts: one id a Unicode scalar, so that every text has ids
/// and comes back from them.
struct TextTokenizer: Tokenizer {
  let identity = "text"
  let vocabularySize = 0x11_0001
  let eotToken: Int32 = 0x11_0000

  func encode(_ text: String) -> [Int32] { text.unicodeScalars.map { Int32($0.value) } }

  func encode(_ text: String, addingSpecialTokens: Bool) -> [Int32] { encode(text) }

  func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    var text = String.UnicodeScalarView()
    for (position, id) in ids.enumerated() where id != eotToken {
      guard let scalar = UInt32(exactly: id).flatMap(Unicode.Scalar.init) else {
        throw TokenizerError(.outsideVocabulary(id: id, position: position, vocabularySize: vocabularySize))
      }
      text.append(scalar)
    }
    return String(text)
  }
}
