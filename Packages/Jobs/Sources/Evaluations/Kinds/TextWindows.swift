import Tokenization

/// How a text is cut into windows that a model reads, and which of their tokens are scored.
public enum TextWindows: String, Sendable, CaseIterable {
  /// Each token once, with as much context as the block has; see ``TextEvaluation/windows(_:prefix:length:)``.
  case rolling
  /// Windows side by side, of which the second half is scored; what is left at the end is not. The first token of each
  /// window gives way to the one that begins a text, where the tokenizer puts it before every text.
  ///
  /// - Source: llama.cpp, `llama-perplexity`: positions n / 2 to n − 2 predict, 255 of a window of 512.
  case halves = "llama-perplexity"

  /// The requests that score a text in windows of `length` tokens.
  ///
  /// - Parameter name: Of the text, for the error.
  /// - Throws: ``EvaluationError`` for a text that is shorter than a window whose second half would be scored.
  func requests(
    of text: String, named name: String, _ tokenizer: any Tokenizer, length: Int
  ) throws -> [ScoreRequest] {
    let ids = try tokenizer.encode(text, addingSpecialTokens: false)
    switch self {
    case .rolling: return TextEvaluation.windows(ids, prefix: tokenizer.beginning, length: length)
    case .halves:
      let beginning = try tokenizer.bosToken.flatMap { token in
        try tokenizer.encode("", addingSpecialTokens: true).first == token ? token : nil
      }
      let whole = (beginning.map { [$0] } ?? []) + ids
      guard length > 2, whole.count >= length else {
        throw EvaluationError(.shortText(evaluation: name, tokens: whole.count, window: length))
      }
      return stride(from: 0, through: whole.count - length, by: length).map { first in
        var window = Array(whole[first..<first + length])
        if let beginning { window[0] = beginning }
        return ScoreRequest(ids: window, from: length / 2 + 1)
      }
    }
  }
}
