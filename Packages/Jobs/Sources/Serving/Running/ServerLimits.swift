/// What one server allows its clients.
public struct ServerLimits: Sendable, Equatable {
  /// The most bytes of a request's body; more is 413.
  public var bodyBytes = 16 << 20
  /// The most requests that wait or are under way; one more is 429.
  public var requests = 512
  /// The most tokens of a prompt and its answer; more is 422. The model's block where it is `nil`.
  public var tokens: Int?
  /// The most seconds that a request may take; after them it is 408.
  public var seconds = 600.0
  /// The most connections; one more is closed.
  public var connections = 1024
  /// The most seconds that a request's head may take from its first byte on; after them it is 408.
  public var headSeconds = 30.0
  /// Seconds without a byte after which a connection is closed.
  public var idleSeconds = 75.0

  public init() {}
}
