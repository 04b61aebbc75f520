public import Sharding

extension Mesh {
  /// Every mesh of `count` ranks: for 4 these are 1×4, 2×2 and 4×1.
  public static func shapes(of count: Int) -> [Mesh] {
    (1...count).filter { count % $0 == 0 }.map { Mesh(batch: $0, shard: count / $0) }
  }
}
