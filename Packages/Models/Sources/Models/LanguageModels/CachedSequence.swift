public import TensorCore

/// A sequence whose keys and values are kept between passes; its pages go back when it goes.
public final class CachedSequence {
  public let pages: KVCache
  /// How many positions are held, those of a segment handed out but not yet computed included.
  public private(set) var count = 0
  private var held: [Int32] = []

  public init(in pages: KVCache) { self.pages = pages }

  /// Continues a sequence of which `count` positions are computed, and becomes one more holder of their pages.
  ///
  /// - Parameter table: The pages of at least `count` positions.
  public init(in pages: KVCache, sharing table: [Int32], count: Int) {
    self.pages = pages
    self.count = count
    held = Array(table.prefix(Segment.pageCount(forPositions: count)))
    held.forEach(pages.retain)
  }

  deinit { held.forEach(pages.release) }

  /// Makes room for `length` more positions and returns the segment that computes them.
  ///
  /// - Parameter firstRow: Where the segment's rows begin in the pass.
  public func extend(by length: Int, firstRow: Int) -> Segment {
    let start = count
    count += length
    // Whole pages stay shared; the one that is written into must be ours.
    if start % KVCache.positionsPerPage != 0, let last = held.popLast() {
      held.append(pages.unshared(last))
    }
    while held.count * KVCache.positionsPerPage < count { held.append(pages.allocate()) }
    return Segment(rows: firstRow..<firstRow + length, start: start, pages: held)
  }
}
