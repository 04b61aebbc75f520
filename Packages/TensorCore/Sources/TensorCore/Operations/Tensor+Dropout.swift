internal import CKernels

extension Tensor {
  /// Zeroes each element with probability `rate` and divides the others by 1 − `rate`.
  ///
  /// Column c of a row depends on `key` and on the row's number times the width, plus c; so rows may be computed in any
  /// split and beside any other rows.
  ///
  /// - Parameters:
  ///   - rate: In `0 ..< 1`; 0 returns the tensor itself.
  ///   - numbers: One for each row, none negative; 0, 1, … where it is nil.
  /// - Source: Srivastava et al. 2014, *Dropout*, §10.
  public func dropout(rate: Float, key: RandomKey, rows numbers: [Int]? = nil) -> Tensor {
    precondition(rate >= 0 && rate < 1, "dropout rate \(rate) is not in 0 ..< 1")
    precondition(
      numbers.map { $0.count == rowCount } ?? true,
      "dropout: \(numbers?.count ?? 0) numbers for rows of \(shape)")
    if rate == 0 { return self }
    let x = aligned()
    let result = Tensor(undefined: shape)
    let kernel = InstructionSet.current.kernels.rows.pointee.dropout!
    withExtendedLifetime((x, result)) {
      let from = x.floatAddress
      let to = result.floatAddress
      /// Elements that lie behind each other, of which the first has the number `first`.
      @Sendable func drop(_ range: Range<Int>, first: Int) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2) { words in
          (words[0], words[1]) = key.words
          kernel(
            from.floats(range.lowerBound), words.baseAddress, UInt64(first), 1 - rate,
            to.mutableFloats(range.lowerBound), range.count)
        }
      }
      if let numbers {
        let width = width
        inParallel(rowCount, grain: grainOfRows) { rows in
          for row in rows { drop(row * width..<(row + 1) * width, first: numbers[row] * width) }
        }
      } else {
        inParallel(count, grain: 1 << 14) { drop($0, first: $0.lowerBound) }
      }
    }
    return result.recorded(
      from: node,
      backward: { [node] gradient, adjoints in
        adjoints.add(gradient.dropout(rate: rate, key: key, rows: numbers), to: node)
      })
  }
}
