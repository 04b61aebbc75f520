/// An option of a run that only some evaluations use.
public enum EvaluationOption: String, Sendable, CaseIterable {
  case shots = "--num-fewshot"
  case split = "--split"
  case limit = "--limit"
  case chat = "--apply-chat-template"
  case system = "--system-instruction"
  case samplesPerPrompt = "eval.samples_per_prompt"

  /// Options that a command gives of its own accord, and that an evaluation may leave unused.
  @TaskLocal public static var byDefault: Set<EvaluationOption> = []

  /// The setting that the option stands for.
  public var key: String {
    switch self {
    case .shots: "eval/num_fewshot"
    case .split: "eval/split"
    case .limit: "eval/limit"
    case .chat: "eval/chat"
    case .system: "eval/system_prompt"
    case .samplesPerPrompt: "eval/samples_per_prompt"
    }
  }
}

extension Evaluation {
  /// Why an option changes nothing here; `nil` where it does change something.
  ///
  /// Of the kinds that are registered, all run the first documents alone where a limit says so, and those that let the
  /// model answer ask in a chat.
  public func reasonNotToUse(_ option: EvaluationOption) -> String? {
    switch option {
    case .limit: nil
    case .shots, .split: "it is no task with examples and splits"
    case .chat, .system, .samplesPerPrompt: self is any RolloutEvaluation ? nil : "it asks for no answer"
    }
  }

  /// - Parameter asked: The options that the user gave.
  /// - Throws: ``EvaluationError`` naming the first that this evaluation does not use.
  public func check(_ asked: [EvaluationOption]) throws(EvaluationError) {
    for option in asked where !EvaluationOption.byDefault.contains(option) {
      if let reason = reasonNotToUse(option) {
        throw EvaluationError(.unusedOption(option, evaluation: name, reason: reason))
      }
    }
  }
}
