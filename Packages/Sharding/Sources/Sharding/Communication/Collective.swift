/// One call that all ranks make together, or a message of one, as errors and hang reports show it.
public struct Collective: Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    case allReduce, allGather, broadcast, scatter, gather, barrier, send, receive
  }

  public let kind: Kind
  /// What it is for; empty if the caller gave no name.
  public let name: String

  public init(_ kind: Kind, named name: String = "") {
    self.kind = kind
    self.name = name
  }

  /// Such as `allReduce 'blocks_0/mlp/c_proj'`.
  public var description: String { name.isEmpty ? kind.rawValue : "\(kind) '\(name)'" }
}
