/// What turns a piece into tokens.
enum SubwordModel: Sendable {
  case bytePairs(BytePairVocabulary)
  case unigram(UnigramVocabulary)

  /// The highest id plus one.
  var endID: Int {
    switch self {
    case .bytePairs(let vocabulary): vocabulary.endID
    case .unigram(let vocabulary): vocabulary.pieces.count
    }
  }

  /// The bytes of a token, or `nil` if no token has the id.
  func bytes(of id: Int32) -> ArraySlice<UInt8>? {
    switch self {
    case .bytePairs(let vocabulary): vocabulary.bytes(of: id)
    case .unigram(let vocabulary):
      vocabulary.pieces.indices.contains(Int(id)) ? Array(vocabulary.pieces[Int(id)].utf8)[...] : nil
    }
  }

  /// The id of a token, or `nil` if there is none of these bytes.
  subscript(bytes: [UInt8]) -> Int32? {
    switch self {
    case .bytePairs(let vocabulary): vocabulary[bytes]
    case .unigram(let vocabulary): vocabulary.id(of: bytes, in: bytes.indices)
    }
  }
}
