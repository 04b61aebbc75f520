import Sharding
import TensorCore
import Weights

extension WeightsFile {
  /// The slice of a tensor that a rank holds. What is mapped is not copied where the slice is rows that follow each other;
  /// what is quantised is widened a few rows at a time, and only rows that the slice touches.
  ///
  /// - Shape: `slice.shape`.
  /// - Precondition: The tensor has the shape that is cut.
  func tensor(named name: String, slice: TensorSlice) throws(WeightsError) -> Tensor {
    guard !slice.isWhole, !slice.ranges.isEmpty else { return try tensor(named: name) }
    guard storage(of: name) != nil else {
      let whole = try tensor(named: name)
      let part = whole[slice]
      if slice.isCopied { whole.releasePages() }
      return part
    }
    guard slice.isCopied else { return try tensor(named: name, rows: slice.ranges[0][0]) }
    return try widened(name, slice)
  }

  /// The same of quantised matrices, in their blocks; `nil` for any other tensor, and where the slice cuts through blocks.
  ///
  /// - Shape: Rows of all matrices behind each other, and their last axis.
  func blocks(named name: String, slice: TensorSlice) throws(WeightsError) -> BlockMatrix? {
    guard let whole = try blocks(named: name) else { return nil }
    guard !slice.isWhole, let columns = slice.ranges.last, slice.ranges.count > 1 else { return whole }
    guard columns.count == 1 else { return nil }
    let rows = slice.rows
    guard rows.count == 1, columns[0].count == whole.shape[1] else {
      return whole.gathering(rows: rows, columns: columns[0])
    }
    return whole.rows(rows[0])
  }

  /// `tensor`, which is of floating-point numbers.
  ///
  /// - Throws: ``WeightsError`` for one of integers.
  func floatingPoint(_ tensor: Tensor, named name: String) throws(WeightsError) -> Tensor {
    guard tensor.elementType.isFloatingPoint else {
      throw WeightsError(
        .elementType(found: elementType(of: name) ?? "\(tensor.elementType)", isKnown: true), path: path,
        at: .tensor(name))
    }
    return tensor
  }

  private func widened(_ name: String, _ slice: TensorSlice) throws(WeightsError) -> Tensor {
    let width = slice.whole.dropFirst().reduce(1, *)
    let chunk = max((1 << 20) / max(width, 1), 1)
    var result = Tensor(zeros: slice.shape)
    var filled = 0
    let kept = slice.shape.dropFirst().reduce(1, *)
    for range in slice.ranges[0] {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: chunk) {
        let rows = start..<min(start + chunk, range.upperBound)
        let part = TensorSlice(
          of: [rows.count] + slice.whole.dropFirst(), ranges: [[0..<rows.count]] + slice.ranges.dropFirst())
        result.scatter(try tensor(named: name, rows: rows)[part], into: [filled..<filled + rows.count * kept])
        filled += rows.count * kept
      }
    }
    return result
  }
}

extension TensorSlice {
  /// Its rows among those of the whole, where all axes but the last are counted as one.
  fileprivate var rows: [Range<Int>] {
    zip(ranges, whole).dropFirst().dropLast().reduce(ranges[0]) { rows, axis in
      let (own, length) = axis
      if own == [0..<length] { return rows.map { $0.lowerBound * length..<$0.upperBound * length } }
      return rows.flatMap { $0 }.flatMap { row in
        own.map { row * length + $0.lowerBound..<row * length + $0.upperBound }
      }
    }
  }

  /// Whether its elements lie apart in the whole, so that they have to be copied.
  fileprivate var isCopied: Bool { ranges[0].count != 1 || shape.dropFirst() != whole.dropFirst() }
}
