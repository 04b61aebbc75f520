import Configurate
import Evaluations
import Jobs

extension RunOptions {
  /// Refuses what was asked of evaluations that are not run.
  ///
  /// - Parameter configuration: The settings that the job was made under.
  /// - Throws: ``JobError`` naming the first option, or setting of the command line, that would change nothing.
  func requireEvaluations(in configuration: SettingsTree) throws(JobError) {
    let names: [String]? = try? configuration.value(of: "eval/evaluations")
    guard let names else {
      guard let first = python.askedOptions.first else { return }
      throw JobError(.option(first.rawValue, .isFor("evaluations", because: "this job runs none")))
    }
    guard let idle = Self.idle(names, configuration) else { return }
    let given = evaluationOptions + Self.evaluationKeys(in: overrides)
    let asks = names.isEmpty ? given.filter { $0 != "--tasks" } : given
    if let first = asks.first { throw JobError(.option(first, .noEvaluations(idle))) }
  }

  /// Why no evaluation is run; `nil` where one is.
  private static func idle(_ names: [String], _ configuration: SettingsTree) -> JobError.Idleness? {
    if names.isEmpty { return .noneNamed }
    for key in ["training/evaluate", "training/validation"] {
      let isOn: Bool? = try? configuration.value(of: key)
      if isOn == false { return .off(key: key) }
    }
    let key = "logging/validation_interval"
    let interval: Int? = try? configuration.value(of: key)
    guard let interval, interval <= 0 else { return nil }
    return .noValidation(key: key, interval: interval)
  }

  /// The options that were given and that only evaluations use.
  private var evaluationOptions: [String] {
    let given: [(String, Bool)] = [
      ("--tasks", tasks != nil), ("--tasks-dir", !documents.tasksDir.isEmpty),
      ("--data", documents.data != nil),
      ("--split", documents.split != nil), ("--limit", documents.limit != nil),
      ("--num-fewshot", documents.numFewshot != nil),
      ("--apply-chat-template", applyChatTemplate), ("--system-instruction", systemInstruction != nil),
      ("--chat-template-args", chatTemplateArgs != nil), ("--think-end-token", thinkEndToken != nil),
      ("--compat", compat != nil),
    ]
    return given.filter(\.1).map(\.0) + python.askedOptions.map(\.rawValue)
  }

  /// The settings of evaluations among `KEY=VALUE`.
  static func evaluationKeys(in overrides: [String]) -> [String] {
    overrides.map { String($0.prefix { $0 != "=" }).replacing(".", with: "/") }
      .filter { $0.hasPrefix("eval/") && $0 != "eval/evaluations" }
  }
}
