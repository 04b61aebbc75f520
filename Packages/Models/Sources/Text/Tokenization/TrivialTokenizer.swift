/// Ids written as numbers with spaces between them; id 0 ends a text.
public struct TrivialTokenizer: Tokenizer {
  public let identity = "trivial"
  public let vocabularySize = Int(Int32.max)
  public let eotToken: Int32 = 0

  public init() {}

  public func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    var ids: [Int32] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      guard let id = Int32(word), id >= 0 else {
        throw TokenizerError(.notAnID(String(word)))
      }
      ids.append(id)
    }
    return ids
  }

  public func decode(_ ids: [Int32]) -> String { ids.map(String.init).joined(separator: " ") }
}
