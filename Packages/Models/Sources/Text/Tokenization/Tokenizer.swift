/// Text to ids and back.
public protocol Tokenizer: Sendable {
  /// Says which tokenizer this is, in results and journals: the same identity gives the same ids for the same text.
  var identity: String { get }
  /// The number of ids, from zero, that a text can have.
  var vocabularySize: Int { get }
  /// The id that ends a text.
  var eotToken: Int32 { get }
  /// The id that begins a text, where the tokenizer has one; whether ``encode(_:)`` adds it is another matter.
  var bosToken: Int32? { get }

  /// The ids of `text`, in which the names of special tokens stand for them, and around it what the tokenizer's file
  /// puts around every text: Llama's begins with ``bosToken``, GPT-2's has nothing.
  ///
  /// - Throws: ``TokenizerError`` for a text that this tokenizer has no ids for.
  func encode(_ text: String) throws(TokenizerError) -> [Int32]
  /// ``encode(_:)``, with nothing put around the text if not asked for.
  func encode(_ text: String, addingSpecialTokens: Bool) throws(TokenizerError) -> [Int32]
  /// The ids of `text`, in which the names of special tokens are text like any other, with nothing around it.
  func encodeOrdinary(_ text: String) throws(TokenizerError) -> [Int32]
  /// ``encode(_:)`` of each text, in order.
  func encodeBatch(_ texts: [String]) throws(TokenizerError) -> [[Int32]]
  /// The text of `ids`.
  ///
  /// - Throws: ``TokenizerError`` for an id that is not in the vocabulary.
  func decode(_ ids: [Int32]) throws(TokenizerError) -> String
}

extension Tokenizer {
  public var bosToken: Int32? { nil }

  public func encode(_ text: String, addingSpecialTokens: Bool) throws(TokenizerError) -> [Int32] {
    try encode(text)
  }

  public func encodeOrdinary(_ text: String) throws(TokenizerError) -> [Int32] { try encode(text) }

  public func encodeBatch(_ texts: [String]) throws(TokenizerError) -> [[Int32]] {
    var batch: [[Int32]] = []
    for text in texts { batch.append(try encode(text)) }
    return batch
  }

  /// ``decode(_:)`` of each row of ids, in order.
  public func decodeBatch(_ batch: [[Int32]]) throws(TokenizerError) -> [String] {
    var texts: [String] = []
    for ids in batch { texts.append(try decode(ids)) }
    return texts
  }
}

/// A text without ids, ids without a text, or a tokenizer that does not exist, in one sentence.
public struct TokenizerError: Error, CustomStringConvertible, Equatable {
  public let description: String
  public init(_ description: String) { self.description = description }

  static func outside(_ id: Int32, position: Int, vocabularySize: Int) -> TokenizerError {
    TokenizerError(
      "token id \(id) at position \(position) is outside the vocabulary 0 ..< \(vocabularySize) of the tokenizer"
    )
  }
}
