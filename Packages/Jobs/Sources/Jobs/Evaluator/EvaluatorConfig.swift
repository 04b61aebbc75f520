public import Configurate

/// What an evaluator runs.
public struct EvaluatorConfig: Settings {
  /// Keys of registered evaluations.
  @Setting("eval/evaluations") public var components: [String]
  /// How many documents of each evaluation are drawn; all of them where it is not positive.
  @Setting("eval/length") public var length = -1

  /// Whether the prompts of all rollouts, not only of those that ask for it, are a user's turn in the model's chat
  /// format.
  @Setting("eval/chat") public var asksInChat = false
  /// The system's turn that begins such a chat; none where it is empty.
  @Setting("eval/system_prompt") public var systemPrompt = ""

  public init() {}
}
