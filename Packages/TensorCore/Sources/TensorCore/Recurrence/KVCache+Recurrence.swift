/// Positions of one sequence that a unit of a recurrence runs over.
struct RecurrentRun {
  /// The first row; neighbours are as far apart as the layer's rows are wide.
  let rows: UnsafePointer<Float>
  let count: Int
  /// The state of the unit, before and after.
  let state: UnsafeMutablePointer<Float>
  /// The row of the result that belongs to the first; nil where the state alone is wanted.
  let output: Int?
}

extension KVCache {
  /// Stores rows, then runs the units of a recurrence, each by itself, over every segment's positions.
  ///
  /// A unit takes one position after the other, so that its state has the same bits wherever passes are cut. Segments are
  /// taken in the order of their starts: where one begins on a page that a fork of this pass has begun, that page's state is
  /// there.
  ///
  /// - Parameters:
  ///   - segments: They cover the rows.
  ///   - stored: Where rows go: `segments`, then forks.
  ///   - step: Runs one unit over positions.
  func recur(
    layer: Int, rows parts: [RowPart], segments: [Segment], stored: [Segment],
    step: @Sendable (_ unit: Int, RecurrentRun) -> Void
  ) {
    write(layer: layer, rows: parts, segments: stored)
    guard case .recurrent(_, let units, let unitWidth) = states[layer] else { return }
    let pieces = stored.enumerated().sorted { $0.element.start < $1.element.start }.map { index, segment in
      RecurrentPiece(
        segment: segment, isFork: index >= segments.count,
        pages: RecurrentPages(segment, of: self, layer: layer))
    }
    ThreadPool.shared.run(units) { unit in
      let storage = Storage(byteCount: unitWidth * 4)
      let state = UnitState(
        unit: unit, width: unitWidth, address: storage.address.assumingMemoryBound(to: Float.self))
      for piece in pieces { piece.run(state) { step(unit, $0) } }
      withExtendedLifetime(storage) {}
    }
  }
}

/// The state of one unit while it runs.
private struct UnitState {
  let unit: Int
  let width: Int
  let address: UnsafeMutablePointer<Float>
}

/// One segment of a pass, or rows of a pass that another sequence keeps too.
private struct RecurrentPiece: @unchecked Sendable {
  let segment: Segment
  let isFork: Bool
  let pages: RecurrentPages

  private static let size = KVCache.positionsPerPage

  func run(_ state: UnitState, _ step: (RecurrentRun) -> Void) {
    let size = Self.size
    // Results of a fork are another segment's; its pages lack the states at their starts only.
    let end = isFork ? (segment.end - 1) / size * size : segment.end
    guard end >= segment.start else { return forgetLatest(state) }
    load(state, step)
    var position = segment.start
    if position % size == 0 { begin(position / size, state) }
    while position < end {
      let (page, length) = (position / size, min(size - position % size, end - position))
      let row = segment.rows.lowerBound + position - segment.start
      run(state, position, length, output: isFork ? nil : row, step)
      position += length
      pages.latest(page, unit: state.unit).update(from: state.address, count: state.width)
      pages.count(page, unit: state.unit).pointee = Float(position - page * size)
      if position % size == 0, position < segment.end { begin(position / size, state) }
    }
  }

  /// Makes the state that of the position before the segment: from the latest one that is kept before it, or from the start
  /// of its page.
  private func load(_ state: UnitState, _ step: (RecurrentRun) -> Void) {
    guard segment.start > 0 else { return state.address.initialize(repeating: 0, count: state.width) }
    let page = (segment.start - 1) / Self.size
    let count = segment.start - page * Self.size
    let latest = Int(pages.count(page, unit: state.unit).pointee)
    let isUsed = latest > 0 && latest <= count
    let kept = isUsed ? pages.latest(page, unit: state.unit) : pages.start(page, unit: state.unit)
    state.address.update(from: kept, count: state.width)
    let first = isUsed ? latest : 0
    run(state, page * Self.size + first, count - first, output: nil, step)
  }

  private func run(
    _ state: UnitState, _ position: Int, _ length: Int, output: Int?, _ step: (RecurrentRun) -> Void
  ) {
    guard length > 0 else { return }
    step(
      RecurrentRun(rows: pages.row(position)!, count: length, state: state.address, output: output))
  }

  /// Notes the state at the start of a page, of which nothing is computed yet.
  private func begin(_ page: Int, _ state: UnitState) {
    pages.start(page, unit: state.unit).update(from: state.address, count: state.width)
    pages.count(page, unit: state.unit).pointee = 0
  }

  /// A latest state behind rows that are written anew is that of another sequence.
  private func forgetLatest(_ state: UnitState) {
    let page = segment.start / Self.size
    let count = pages.count(page, unit: state.unit)
    if Int(count.pointee) > segment.start % Self.size { count.pointee = 0 }
  }
}
