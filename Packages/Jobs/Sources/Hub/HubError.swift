/// Why a model could not be had from the cache or the Hub, in one sentence.
public struct HubError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What would help.
  public enum Kind: Sendable, Equatable {
    /// A name or setting that is wrong.
    case request
    /// The Hub does not have it, or it is offline and the cache does not have it.
    case missing
    /// The Hub wants a token, or another one.
    case unauthorized
    /// The network or the Hub failed; what has arrived is kept, and the same call goes on from there.
    case transfer
    /// What arrived is not what the Hub announced.
    case damaged
    /// The cache cannot be written.
    case unwritable
  }

  public let kind: Kind
  /// A lower case sentence without a full stop.
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
