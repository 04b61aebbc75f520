public import Tokenization

/// The ids that end an answer: the one place where they are gathered, for every kind of evaluation.
///
/// A model has those of its tokenizer's file; a backbone those of its settings too. In a chat, the mark after an
/// assistant's turn is one more, see ``EvaluationContext/stops(inChat:)``.
public struct EndTokens: Sendable, Equatable {
  public var ids: Set<Int32>

  public init(_ ids: Set<Int32>) { self.ids = ids }

  /// Those of the tokenizer's own file.
  public init(of tokenizer: any Tokenizer) { ids = tokenizer.endTokens }
}

extension EvaluationContext {
  /// The ids that end an answer.
  ///
  /// - Parameter inChat: Whether the mark with which the chat format ends an assistant's turn is one.
  public func stops(inChat: Bool) -> Set<Int32> {
    inChat ? ends.ids.union(chat.stops(tokenizer)) : ends.ids
  }
}
