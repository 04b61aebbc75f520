/// Why training cannot start or go on, in one sentence.
public struct TrainingError: Error, CustomStringConvertible, Equatable {
  /// Whose fault it is, for an exit code.
  public enum Kind: Sendable, Equatable {
    /// A setting, or what was asked for.
    case usage
    /// A file is there and is not what it should be.
    case badData
    /// A file is not there.
    case missing
  }

  /// Whose fault it is.
  public let kind: Kind
  /// One sentence: what, where, what was expected and what was found.
  public let description: String

  /// A setting, or what was asked for, cannot be.
  public init(_ description: String) { self.init(.usage, description) }

  /// What is wrong, and whose fault it is.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
