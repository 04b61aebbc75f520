import TensorCore

/// The rows of one pass, as they are put together.
struct Batch {
  private(set) var ids: [Int32] = []
  private(set) var segments: [Segment] = []
  /// Rows that are stored once more, for sequences that fork from their segment within this pass.
  private(set) var forks: [Segment] = []

  /// Adds the ids of a sequence from position `start` on.
  mutating func append(_ newIDs: some Collection<Int32>, start: Int, pages: [Int32]) {
    append(newIDs, Segment(rows: ids.count..<ids.count + newIDs.count, start: start, pages: pages))
  }

  /// Adds ids whose segment begins at the next row.
  mutating func append(_ newIDs: some Collection<Int32>, _ segment: Segment) {
    segments.append(segment)
    ids += newIDs
  }

  /// Stores rows, which hold the positions up to `end`, on `pages` too.
  mutating func store(rows: some Collection<Int>, before end: Int, pages: [Int32]) {
    var position = end - rows.count
    for row in rows {
      if let last = forks.last, last.pages == pages, last.rows.upperBound == row, last.end == position {
        forks[forks.count - 1].rows = last.rows.lowerBound..<row + 1
      } else {
        forks.append(Segment(rows: row..<row + 1, start: position, pages: pages))
      }
      position += 1
    }
  }
}
