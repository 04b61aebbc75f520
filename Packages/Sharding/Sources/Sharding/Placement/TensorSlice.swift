/// The elements of a tensor that one rank holds: along each axis a list of index ranges.
///
/// A list, because an axis of three parts is cut in each of them. The slice is itself a dense tensor of ``shape``, in the
/// row-major order of the whole.
public struct TensorSlice: Sendable, Hashable {
  /// The shape of the tensor that is cut.
  public let whole: [Int]
  /// For each axis the ranges held, in order; they neither overlap nor touch, and none is empty.
  public let ranges: [[Range<Int>]]
  /// The shape of the slice.
  public let shape: [Int]

  /// - Precondition: As many lists as axes; each list is in order, does not overlap, and lies within its axis.
  public init(of whole: [Int], ranges: [[Range<Int>]]) {
    precondition(
      whole.count == ranges.count, "a slice of \(whole) needs \(whole.count) lists, got \(ranges.count)")
    for (length, list) in zip(whole, ranges) {
      let bounds = [0] + list.flatMap { [$0.lowerBound, $0.upperBound] } + [length]
      precondition(
        zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 }, "ranges \(list) of an axis of \(length)")
    }
    self.whole = whole
    self.ranges = ranges.map { $0.merged() }
    self.shape = ranges.map(\.total)
  }

  /// The slice that is all of a tensor.
  public init(whole shape: [Int]) {
    self.init(of: shape, ranges: shape.map { [0..<$0] })
  }

  /// How many elements the slice holds.
  public var count: Int { shape.reduce(1, *) }

  /// Whether the slice is the whole tensor.
  public var isWhole: Bool { shape == whole }

  /// The range of the first axis, where that is all that is cut, and in one range.
  var rows: Range<Int>? {
    guard let first = ranges.first, first.count == 1, shape.dropFirst() == whole.dropFirst() else {
      return nil
    }
    return first[0]
  }

  /// Whether the element at `index`, one number an axis, belongs to the slice.
  public func contains(_ index: [Int]) -> Bool {
    index.count == ranges.count
      && zip(index, ranges).allSatisfy { i, list in list.contains { $0.contains(i) } }
  }
}

extension TensorSlice: CustomStringConvertible {
  /// Such as `[0..<576, 0..<288 + 576..<864] of [576, 1728]`.
  public var description: String {
    let axes = ranges.map { list in
      list.isEmpty ? "nothing" : list.map { "\($0)" }.joined(separator: " + ")
    }
    return "[\(axes.joined(separator: ", "))] of \(whole)"
  }
}
