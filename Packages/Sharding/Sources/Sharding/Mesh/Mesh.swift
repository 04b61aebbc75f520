/// Ranks in a grid of replicas by shards.
///
/// Ranks are numbered row by row, so that the shards of one replica are neighbours:
///
///     rank = batch · shards + shard
public struct Mesh: Sendable, Hashable {
  /// How many replicas of the model there are: the data-parallel size.
  public let batch: Int
  /// How many ranks hold one replica together.
  public let shard: Int

  /// - Precondition: Both are positive, and their product is at most ``Topology/mostRanks``.
  public init(batch: Int, shard: Int) {
    precondition(
      batch > 0 && shard > 0 && batch <= Topology.mostRanks / shard, "a mesh of \(batch) × \(shard)")
    self.batch = batch
    self.shard = shard
  }

  /// The mesh of a single rank.
  public static let solo = Mesh(batch: 1, shard: 1)

  /// How many ranks there are.
  public var count: Int { batch * shard }

  /// How long an axis is.
  public func size(of axis: MeshAxis) -> Int {
    switch axis {
    case .batch: batch
    case .shard: shard
    }
  }

  /// The place of a rank in the grid.
  public struct Coordinate: Sendable, Hashable {
    public var batch: Int
    public var shard: Int

    public init(batch: Int, shard: Int) {
      self.batch = batch
      self.shard = shard
    }

    public subscript(axis: MeshAxis) -> Int {
      switch axis {
      case .batch: batch
      case .shard: shard
      }
    }
  }

  /// - Precondition: `rank` is in `0 ..< count`.
  public func coordinate(of rank: Int) -> Coordinate {
    precondition((0..<count).contains(rank), "rank \(rank) on a mesh of \(self)")
    return Coordinate(batch: rank / shard, shard: rank % shard)
  }

  /// - Precondition: `coordinate` is on the mesh.
  public func rank(at coordinate: Coordinate) -> Int {
    precondition(
      (0..<batch).contains(coordinate.batch) && (0..<shard).contains(coordinate.shard),
      "\(coordinate) on a mesh of \(self)")
    return coordinate.batch * shard + coordinate.shard
  }

  /// The ranks that differ from `rank` along `axis` only, `rank` included, in order.
  public func group(of rank: Int, along axis: MeshAxis) -> [Int] {
    let place = coordinate(of: rank)
    return switch axis {
    case .batch: (0..<batch).map { self.rank(at: Coordinate(batch: $0, shard: place.shard)) }
    case .shard: (0..<shard).map { self.rank(at: Coordinate(batch: place.batch, shard: $0)) }
    }
  }

  /// The mesh of one group along `axis`.
  public func along(_ axis: MeshAxis) -> Mesh {
    switch axis {
    case .batch: Mesh(batch: batch, shard: 1)
    case .shard: Mesh(batch: 1, shard: shard)
    }
  }
}

extension Mesh: CustomStringConvertible {
  /// Such as `2×4 (batch × shard)`.
  public var description: String { "\(batch)×\(shard) (batch × shard)" }

  /// A drawing in text, one row a replica, for `list topology` and for reading.
  ///
  ///                shard 0  shard 1
  ///     batch 0    rank 0   rank 1
  ///     batch 1    rank 2   rank 3
  public var drawing: String {
    let rows = (0..<batch).map { row in
      ["batch \(row)"] + (0..<shard).map { "rank \(rank(at: Coordinate(batch: row, shard: $0)))" }
    }
    let table = [[""] + (0..<shard).map { "shard \($0)" }] + rows
    let widths = (0...shard).map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
        .joined(separator: "  ").trimmingTrailingSpaces
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
  }
}
