import Templating
public import Tokenization

/// What ends the thought of a model that reasons before it answers: a text, or an id where that text is a special token,
/// which decoding leaves out.
///
/// - Source: lm-evaluation-harness 0.4.13, `think_end_token`.
public enum ThoughtEnd: Sendable, Equatable {
  case text(String)
  case id(Int32)

  /// Digits only are an id; `nil` for an empty text.
  public init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (48...57).contains($0) }), let id = Int32(text) {
      self = .id(id)
    } else {
      self = .text(text)
    }
  }

  /// The ids after the last one that ends a thought; all of them where there is none, or where a text does.
  func rest(of ids: [Int32]) -> [Int32] {
    guard case .id(let end) = self, let place = ids.lastIndex(of: end) else { return ids }
    return Array(ids[(place + 1)...])
  }

  /// The text after the last one that ends a thought, without white space before it.
  func rest(of text: String) -> String {
    guard case .text(let end) = self else { return PythonText.trimmed(text, end: false) }
    return PythonText.trimmed(PythonText.split(text, by: end).last ?? text, end: false)
  }

  /// Whether an answer's thought ended.
  ///
  /// - Throws: `TokenizerError` for an id that is not in the vocabulary.
  public func isReached(in ids: [Int32], by tokenizer: any Tokenizer) throws(TokenizerError) -> Bool {
    switch self {
    case .id(let end): ids.contains(end)
    case .text(let end):
      PythonText.split(try tokenizer.decodeWithoutSpecialTokens(ids), by: end, limit: 1).count > 1
    }
  }
}
