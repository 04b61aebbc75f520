extension TensorSlice {
  /// The spans of the whole tensor, in row-major element numbers, that hold the slice.
  ///
  /// Laid end to end in this order they are the slice: what a reader of a contiguous file copies. Made one at a time, so a
  /// column slice of a large table costs no list.
  public var runs: Runs { Runs(self) }

  /// An iterator over the contiguous spans of a slice. See ``TensorSlice/runs``.
  public struct Runs: Sequence, IteratorProtocol, Sendable {
    /// The axes from the first to the last that is cut; all axes behind them are whole.
    private let ranges: [[Range<Int>]]
    /// Elements that one step along each of these axes skips.
    private let strides: [Int]
    /// For each axis but the last which range the iterator is in, and where; for the last only which range.
    private var range: [Int]
    private var index: [Int]
    private var isDone: Bool

    init(_ slice: TensorSlice) {
      let cut = (slice.shape.indices.last { slice.shape[$0] != slice.whole[$0] } ?? 0) + 1
      ranges = slice.shape.isEmpty ? [[0..<1]] : Array(slice.ranges.prefix(cut))
      strides = ranges.indices.map { slice.whole.dropFirst($0 + 1).reduce(1, *) }
      range = ranges.map { _ in 0 }
      index = ranges.map { $0.first?.lowerBound ?? 0 }
      isDone = slice.count == 0
    }

    public mutating func next() -> Range<Int>? {
      guard !isDone else { return nil }
      let last = ranges.count - 1
      let base = zip(index, strides).dropLast().reduce(0) { $0 + $1.0 * $1.1 }
      let run = ranges[last][range[last]]
      advance()
      return base + run.lowerBound * strides[last]..<base + run.upperBound * strides[last]
    }

    /// Steps to the next range of the last axis, or on to the next index of the axes before it, like an odometer.
    private mutating func advance() {
      for axis in ranges.indices.reversed() {
        index[axis] += 1
        let staysInRange = axis < ranges.count - 1 && index[axis] < ranges[axis][range[axis]].upperBound
        if staysInRange { return }
        range[axis] += 1
        if range[axis] < ranges[axis].count {
          index[axis] = ranges[axis][range[axis]].lowerBound
          return
        }
        range[axis] = 0
        index[axis] = ranges[axis][0].lowerBound
      }
      isDone = true
    }
  }
}
