public import Configurate

/// What an evaluator runs.
public struct EvaluatorConfig: Settings {
  /// Keys of registered evaluations.
  @Setting("eval/evaluations") public var components: [String]
  /// How many documents of each evaluation are drawn; all of them where it is not positive.
  @Setting("eval/length") public var length = -1

  public init() {}
}
