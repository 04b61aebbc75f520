/// The beginning of a random order of documents: what a gate asks about that looks as it goes.
public struct DocumentWave: Sendable, Equatable, Decodable {
  /// Of the order.
  public var seed: UInt64
  /// How many documents of each evaluation are asked about.
  public var first: Int

  public init(seed: UInt64, first: Int) { (self.seed, self.first) = (seed, first) }
}
