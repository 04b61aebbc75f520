/// Why training cannot start or go on, in one sentence.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
  public let description: String
  public init(_ description: String) { self.description = description }
}
