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
  /// The text of `ids`, special tokens by their names.
  ///
  /// - Throws: ``TokenizerError`` for an id that is not in the vocabulary.
  func decode(_ ids: [Int32]) throws(TokenizerError) -> String
  /// What an id stands for as the vocabulary spells it, so that ids of two tokenizers can be compared; `nil` for an id that
  /// stands for nothing.
  func spelling(of id: Int32) -> [UInt8]?
  /// Whether an id is a special token of a model's file, which an answer's text leaves out.
  func isSpecial(_ id: Int32) -> Bool
  /// `text` as an answer has it: without the spaces before punctuation that a model's file may ask to remove.
  func cleaned(_ text: String) -> String
  /// The ids that end an answer, as far as the tokenizer's file says: ``eotToken``, and in a GGUF file the ends of a
  /// turn and of a message.
  var endTokens: Set<Int32> { get }
}

extension Tokenizer {
  public var bosToken: Int32? { nil }
  public var endTokens: Set<Int32> { [eotToken] }

  public func isSpecial(_ id: Int32) -> Bool { false }
  public func cleaned(_ text: String) -> String { text }

  public func spelling(of id: Int32) -> [UInt8]? { (try? decode([id])).map { Array($0.utf8) } }

  /// The text of `ids` without special tokens, ``cleaned(_:)``: transformers' `decode(ids, skip_special_tokens=True)`.
  ///
  /// - Throws: ``TokenizerError`` for an id that is not in the vocabulary.
  public func decodeWithoutSpecialTokens(_ ids: [Int32]) throws(TokenizerError) -> String {
    cleaned(try decode(ids.filter { !isSpecial($0) }))
  }

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
