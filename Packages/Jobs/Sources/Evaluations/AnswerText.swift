import Templating
public import Tokenization

/// The text of an answer in ids, as lm-evaluation-harness has it.
///
/// - Source: lm-evaluation-harness 0.4.13, `HFLM.generate_until` and `postprocess_generated_text`.
public enum AnswerText {
  /// The text without special tokens, up to the first of each stop text in their order, and then up to the name of the
  /// token that ends a text, which a model may also spell.
  ///
  /// - Parameter thought: What ends a thought before the answer; the text begins after its last one.
  /// - Throws: `TokenizerError` for an id that is not in the vocabulary.
  public static func decoded(
    _ ids: [Int32], stopTexts: [String], after thought: ThoughtEnd? = nil, by tokenizer: any Tokenizer
  ) throws(TokenizerError) -> String {
    var text = try tokenizer.decodeWithoutSpecialTokens(thought?.rest(of: ids) ?? ids)
    if let thought { text = thought.rest(of: text) }
    var stops = stopTexts
    if tokenizer.isSpecial(tokenizer.eotToken) { stops.append(try tokenizer.decode([tokenizer.eotToken])) }
    for stop in stops where !stop.isEmpty { text = PythonText.split(text, by: stop, limit: 1)[0] }
    return text
  }

  /// The text of an assistant's turn, in which special tokens mark where turns end, without them.
  static func inChat(_ ids: [Int32], _ chat: ChatContext, by tokenizer: any Tokenizer) throws(TokenizerError)
    -> String
  {
    var answer = chat.answer(in: try tokenizer.decode(ids))
    for id in Set(ids).sorted() where tokenizer.isSpecial(id) {
      answer = PythonText.replaced(answer, try tokenizer.decode([id]), with: "")
    }
    return tokenizer.cleaned(answer)
  }
}
