/// Responses that were computed in another way, compared with those of a plain run.
public struct BitComparison: Sendable, Equatable {
  /// What was done another way.
  public var name: String
  /// How many requests were answered both ways.
  public var requests: Int
  /// How many of them have another answer; a single bit is enough.
  public var different: Int

  package init(name: String, requests: Int, different: Int) {
    (self.name, self.requests, self.different) = (name, requests, different)
  }
}
