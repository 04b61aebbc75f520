/// A model that an OpenAI-compatible server holds, and how its server may be asked.
///
/// It comes from the command line and the environment only: a file that others wrote must not say where a key goes.
public struct RemoteModelSpec: Sendable, Equatable {
  /// What stands before the server's address.
  public static let scheme = "openai:"

  /// `http://HOST:PORT/v1#MODEL`.
  public var address: String
  /// Goes to the server's own host only.
  public var key: String?
  /// The most requests at once.
  public var concurrency = 16
  /// How often a request is sent again.
  public var retries = 5
  /// Seconds without a byte after which a request is given up.
  public var silence = 600.0
  /// The most requests of the run, those that are sent again included.
  public var maxRequests: Int?
  /// The most tokens that are read and written in the run; a request whose longest answer could go beyond is not sent.
  public var maxTokens: Int?
  public var requestsPerMinute: Int?

  /// - Parameter text: With or without ``scheme``.
  public init(_ text: String) {
    address = text.hasPrefix(Self.scheme) ? String(text.dropFirst(Self.scheme.count)) : text
  }
}
