import Chat
import Evaluations
import Templating

/// A message of a prompt: its role, its text, and what follows where prompts are plain text.
///
/// - Source: lm-evaluation-harness 0.4.13, `Message`, `build_qa_turn` and `fewshot_context`.
struct PromptMessage: Sendable {
  var turn: ChatTurn
  var delimiter = ""

  var text: String { turn.content + delimiter }
}

extension [PromptMessage] {
  /// A question, with its answer where it is a shot, and delimiters.
  ///
  /// - Parameter answer: `nil` for the question that the model is to answer.
  init(
    asking question: String, answer: String? = nil, prefix: String? = nil, targetDelimiter: String,
    delimiter: String = ""
  ) {
    let prefix = prefix.flatMap { $0.isEmpty ? nil : $0 }
    guard answer != nil || prefix != nil else {
      self = [PromptMessage(turn: .user(question))]
      return
    }
    let needsDelimiter = prefix.map { !question.isEmpty && PythonText.meetWithoutSpace(question, $0) } ?? true
    self = [
      PromptMessage(turn: .user(question), delimiter: needsDelimiter ? targetDelimiter : ""),
      PromptMessage(
        turn: .assistant(answer.map { Self.joined(prefix, $0, by: " ") } ?? prefix ?? ""),
        delimiter: answer == nil ? "" : delimiter),
    ]
  }

  /// The prompt of a model that continues plain text.
  var text: String { map(\.text).joined() }

  /// As few turns as can be: the system's, one of the user with all shots in it, and the beginning of the answer.
  var inOneTurn: [ChatTurn] {
    var messages = self[...]
    var turns: [ChatTurn] = []
    if messages.first?.turn.role == "system" { turns.append(messages.removeFirst().turn) }
    let beginning = messages.last?.turn.role == "assistant" ? messages.removeLast() : nil
    if let last = messages.indices.last { messages[last].delimiter = "" }
    turns.append(.user(Self(messages).text))
    return turns + (beginning.map { [$0.turn] } ?? [])
  }

  /// Two texts with a delimiter between them, unless one is empty or has white space there.
  static func joined(_ first: String?, _ second: String?, by delimiter: String) -> String {
    PythonText.joined(first ?? "", second ?? "", by: delimiter)
  }
}
