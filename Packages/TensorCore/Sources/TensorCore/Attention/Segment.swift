/// Neighbouring rows of a pass that continue one sequence.
public struct Segment: Sendable, Equatable {
  /// Its rows of the pass.
  public var rows: Range<Int>
  /// The absolute position of its first row.
  public var start: Int
  /// Pages of ``KVCache`` that hold the positions `0 ..< start + rows.count`, 64 each.
  public var pages: [Int32]

  public init(rows: Range<Int>, start: Int, pages: [Int32]) {
    self.rows = rows
    self.start = start
    self.pages = pages
  }

  /// One beyond the position of the last row.
  public var end: Int { start + rows.count }

  /// How many pages the positions `0 ..< count` need.
  public static func pageCount(forPositions count: Int) -> Int {
    (count + KVCache.positionsPerPage - 1) / KVCache.positionsPerPage
  }
}
