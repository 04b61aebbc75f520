/// What an axis of a parameter means to the model, such as the width of the embedding.
///
/// An open set: a downstream package adds its own names in an extension.
///
///     extension LogicalAxis { static let experts: LogicalAxis = "n_experts" }
///
/// The names are written into checkpoints (the attribute `axes` of a parameter).
public struct LogicalAxis: Sendable, Hashable, Codable, RawRepresentable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral name: String) { self.init(rawValue: name) }
}

extension LogicalAxis: CustomStringConvertible {
  public var description: String { rawValue }
}

extension LogicalAxis {
  /// The tokens of an embedding or a head.
  public static let vocab: LogicalAxis = "vocab"
  /// The width of the residual stream.
  public static let embed: LogicalAxis = "n_embd"
  /// The width of the joined heads, where attention returns to the residual stream.
  public static let embedOut: LogicalAxis = "n_embd_out"
  /// The hidden width of a feed-forward block.
  public static let embedFF: LogicalAxis = "n_embd_ff"
  /// The width of queries, keys and values.
  public static let attention: LogicalAxis = "n_attn"
  /// The positions of a learned position table.
  public static let blockSize: LogicalAxis = "block_size"
}
