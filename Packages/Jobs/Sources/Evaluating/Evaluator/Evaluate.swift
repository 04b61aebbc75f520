public import Models

/// `gpt/evaluate` and its like: the configured evaluations on a checkpoint of one model type, to be registered by a key.
open class Evaluate<Model: LanguageModel>: Evaluator<Model> {
  override open class var summary: String { "evaluates a \(Model.self) checkpoint" }
}
