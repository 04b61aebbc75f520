/// The documents of one interim look of a sequential test: the first of a random order.
public struct DocumentWave: Sendable, Equatable, Decodable {
  /// Of the order.
  public var seed: UInt64
  /// How many documents of each evaluation are asked about.
  public var first: Int

  public init(seed: UInt64, first: Int) { (self.seed, self.first) = (seed, first) }
}
