/// A message of one rank to another, beside the collectives.
public struct Message: Sendable, Equatable {
  /// Who sent it.
  public let sender: Int
  public let bytes: [UInt8]

  public init(sender: Int, bytes: [UInt8]) {
    self.sender = sender
    self.bytes = bytes
  }
}
