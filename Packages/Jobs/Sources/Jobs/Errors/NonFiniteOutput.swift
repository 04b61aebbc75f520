/// Where a model's output is not a number.
public struct NonFiniteOutput: Sendable, Equatable, CustomStringConvertible {
  public var evaluation: String
  /// The index of the document.
  public var document: Int
  /// The position in its sequence of the token whose log-probability is not finite.
  public var position: Int
  /// The log-probability: NaN or an infinity.
  public var value: String
  /// The first recorded stage of the model whose output is not finite, such as `blocks_3`; `nil` where it is not known.
  public var stage: String?
  /// Which of several models it is; `nil` where there is one.
  public var model: String?

  public init(
    evaluation: String, document: Int, position: Int, value: String, stage: String? = nil,
    model: String? = nil
  ) {
    self.model = model
    self.evaluation = evaluation
    self.document = document
    self.position = position
    self.value = value
    self.stage = stage
  }

  public var description: String {
    "evaluation '\(evaluation)', document \(document): \(model.map { "the log-probability of model '\($0)'" } ?? "the model's log-probability") at position \(position) is \(value)"
      + (stage.map { "; the first output that is not finite is that of '\($0)'" } ?? "")
  }
}
