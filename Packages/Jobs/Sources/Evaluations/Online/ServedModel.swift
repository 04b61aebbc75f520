public import Tokenization

/// A model as clients see it: its names, its texts, and what answers for it.
public struct ServedModel: Sendable {
  /// What requests may call it; the first is the one that answers carry.
  public var names: [String]
  /// Identifies the weights; `nil` where that is not known.
  public var revision: String?
  public var tokenizer: any Tokenizer
  /// How conversations are written.
  public var chat: ChatContext
  /// The ids that end an answer outside a chat.
  public var ends: EndTokens
  /// The longest sequence, in tokens.
  public var blockSize: Int
  public var vocabularySize: Int
  /// How products are computed.
  public var mode: String
  public var engine: any OnlineResponder

  public init(
    names: [String], revision: String?, tokenizer: any Tokenizer, chat: ChatContext, ends: EndTokens,
    blockSize: Int, vocabularySize: Int, mode: String, engine: any OnlineResponder
  ) {
    self.names = names
    self.revision = revision
    self.tokenizer = tokenizer
    self.chat = chat
    self.ends = ends
    self.blockSize = blockSize
    self.vocabularySize = vocabularySize
    self.mode = mode
    self.engine = engine
  }
}
