/// One id a byte: a character's Latin-1 code plus 1.
///
/// Id 0 is padding and 257 the end of a text; these and 258 decode to nothing. A character beyond Latin-1 is encoded as
/// the bytes of its UTF-8, so every text has ids; decoding gives a character of Latin-1 for each id, and so gives back
/// exactly the texts within Latin-1.
public struct BytesTokenizer: Tokenizer {
  public let identity = "bytes"
  public let vocabularySize = 259
  public let eotToken: Int32 = 257

  public init() {}

  public func encode(_ text: String) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if scalar.value <= 0xFF {
        ids.append(Int32(scalar.value) + 1)
      } else {
        ids += UTF8.encode(scalar)!.map { Int32($0) + 1 }
      }
    }
    return ids
  }

  public func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    var text = ""
    for (position, id) in ids.enumerated() {
      guard id >= 0, id < vocabularySize else {
        throw TokenizerError(
          .outsideVocabulary(id: id, position: position, vocabularySize: vocabularySize))
      }
      guard (1...256).contains(id) else { continue }
      text.unicodeScalars.append(Unicode.Scalar(UInt8(id - 1)))
    }
    return text
  }
}
