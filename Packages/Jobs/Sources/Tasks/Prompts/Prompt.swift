import Templating

/// The text that is put before the model, piece by piece.
///
/// - Source: lm-evaluation-harness 0.4.13, `build_qa_turn` and `fewshot_context`.
enum Prompt {
  /// A question, with its answer where it is a shot, and delimiters.
  ///
  /// - Parameter answer: `nil` for the question that the model is to answer.
  static func turn(
    _ question: String, answer: String? = nil, prefix: String? = nil, targetDelimiter: String,
    delimiter: String = ""
  ) -> String {
    let prefix = prefix.flatMap { $0.isEmpty ? nil : $0 }
    if let answer {
      let gap = prefix.map { requiresDelimiter(question, $0) ? targetDelimiter : "" } ?? targetDelimiter
      return question + gap + joined(prefix, answer, by: " ") + delimiter
    }
    guard let prefix else { return question }
    return question + (requiresDelimiter(question, prefix) ? targetDelimiter : "") + prefix
  }

  /// Two texts with a delimiter between them, unless one is empty or has white space there.
  static func joined(_ first: String?, _ second: String?, by delimiter: String) -> String {
    guard let first, !first.isEmpty else { return second ?? "" }
    guard let second, !second.isEmpty else { return first }
    return first + (meetWithoutSpace(first, second) ? delimiter : "") + second
  }

  private static func requiresDelimiter(_ first: String, _ second: String) -> Bool {
    !first.isEmpty && meetWithoutSpace(first, second)
  }

  private static func meetWithoutSpace(_ first: String, _ second: String) -> Bool {
    guard let end = first.unicodeScalars.last, let start = second.unicodeScalars.first else { return true }
    return !PythonText.isSpace(end) && !PythonText.isSpace(start)
  }
}
