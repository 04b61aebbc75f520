/// An option of a run that only some evaluations use.
public enum EvaluationOption: String, Sendable, CaseIterable {
  case shots = "--num-fewshot"
  case split = "--split"
  case limit = "--limit"
  case chat = "--apply-chat-template"
  case system = "--system-instruction"
  case samplesPerPrompt = "eval.samples_per_prompt"
  case temperature = "eval.temperature"
  case topP = "eval.top_p"
  case topK = "eval.top_k"
  case minP = "eval.min_p"
  case repetitionPenalty = "eval.repetition_penalty"
  case presencePenalty = "eval.presence_penalty"
  case frequencyPenalty = "eval.frequency_penalty"
  case newTokens = "eval.max_new_tokens"
  case thoughtEnd = "--think-end-token"
  case compat = "--compat"
  case python = "--python"
  case pythonTimeout = "--python-timeout"
  case code = "--allow-code"

  /// Options that a command gives of its own accord, and that an evaluation may leave unused.
  @TaskLocal public static var byDefault: Set<EvaluationOption> = []

  /// The setting that the option stands for; `nil` where only the command line has it.
  public var key: String? {
    switch self {
    case .shots: "eval/num_fewshot"
    case .split: "eval/split"
    case .limit: "eval/limit"
    case .chat: "eval/chat"
    case .system: "eval/system_prompt"
    case .thoughtEnd: "eval/think_end_token"
    case .compat: "eval/compat"
    case .python, .pythonTimeout, .code: nil
    case .samplesPerPrompt, .temperature, .topP, .topK, .minP, .repetitionPenalty, .presencePenalty,
      .frequencyPenalty, .newTokens:
      rawValue.replacing(".", with: "/")
    }
  }

  /// Whether it is enough that one evaluation of a run uses the option: it is about answers only, or lets programs run.
  var oneSuffices: Bool {
    switch self {
    case .shots, .split, .limit, .chat, .system, .samplesPerPrompt: false
    default: true
    }
  }

  /// - Parameter asked: The options that the user gave.
  /// - Throws: ``EvaluationError`` naming the first that an evaluation does not use, or that none uses where one suffices.
  package static func check(
    _ asked: [EvaluationOption], for evaluations: [any Evaluation]
  ) throws(EvaluationError) {
    for option in asked where !byDefault.contains(option) {
      let unused = evaluations.compactMap { evaluation in
        evaluation.reasonNotToUse(option).map { (evaluation.name, $0) }
      }
      guard let (name, reason) = unused.first, !option.oneSuffices || unused.count == evaluations.count else {
        continue
      }
      throw EvaluationError(.unusedOption(option, evaluation: name, reason: reason))
    }
  }
}

extension Evaluation {
  /// Why an option changes nothing here; `nil` where it does change something.
  ///
  /// Of the kinds that are registered, all run the first documents alone where there is a limit, and those that let the
  /// model answer ask in a chat.
  public func reasonNotToUse(_ option: EvaluationOption) -> String? {
    switch option {
    case .limit: nil
    case .shots, .split: "it is no task with examples and splits"
    case .compat: "it is no task, which another tool would score otherwise"
    case .python, .pythonTimeout, .code: "it is no task of a file that names programs"
    default: Self.kind == .rollout ? nil : "it asks for no answer"
    }
  }

  /// - Parameter asked: The options that the user gave.
  /// - Throws: ``EvaluationError`` naming the first that this evaluation does not use.
  public func check(_ asked: [EvaluationOption]) throws(EvaluationError) {
    try EvaluationOption.check(asked, for: [self])
  }
}
