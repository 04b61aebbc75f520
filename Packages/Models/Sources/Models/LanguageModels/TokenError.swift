/// Ids that a model cannot take.
public struct TokenError: Error, CustomStringConvertible, Equatable {
  public let description: String

  /// A sequence longer than the model's block.
  public static func tooLong(_ length: Int, blockSize: Int) -> TokenError {
    TokenError(description: "cannot forward a sequence of length \(length), block size is only \(blockSize)")
  }

  /// Checks ids of one sequence.
  public static func check(_ ids: [Int32], vocabularySize: Int) throws(TokenError) {
    guard let index = ids.firstIndex(where: { $0 < 0 || $0 >= vocabularySize }) else { return }
    throw outside(ids[index], place: "position \(index)", vocabularySize)
  }

  static func check(_ batch: TokenBatch, vocabularySize: Int, ignoring ignored: Int32) throws(TokenError) {
    for index in batch.ids.indices where batch.ids[index] != ignored {
      try check(batch, at: index, vocabularySize: vocabularySize)
    }
  }

  static func check(_ batch: TokenBatch, at index: Int, vocabularySize: Int) throws(TokenError) {
    let id = batch.ids[index]
    guard id < 0 || id >= vocabularySize else { return }
    throw outside(id, place: "row \(index / batch.length), position \(index % batch.length)", vocabularySize)
  }

  private static func outside(_ id: Int32, place: String, _ vocabularySize: Int) -> TokenError {
    TokenError(description: "token id \(id) at \(place) is outside the vocabulary 0 ..< \(vocabularySize)")
  }
}
