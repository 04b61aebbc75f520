internal import CKernels

extension Tensor {
  /// exp(x − max) / Σ exp(x − max) over the last axis.
  ///
  /// - Shape: `self` `[…, D]`, result the same.
  /// - Returns: A new float32 tensor; relative error at most (|x − max| + D / 16 + 8) · 2⁻²⁴. Rows of −∞ give NaN.
  /// - Precondition: float32, D ≥ 1.
  public func softmax() -> Tensor {
    requireUnrecorded()
    let width = self.width
    precondition(width > 0, "softmax of a tensor \(shape)")
    let x = aligned()
    let result = Tensor(undefined: shape)
    let kernel = InstructionSet.current.kernels.rows.pointee.softmax!
    withExtendedLifetime((x, result)) {
      let from = x.floatAddress
      let to = result.floatAddress
      inParallel(rowCount, grain: grainOfRows) { rows in
        let first = rows.lowerBound * width
        kernel(from.floats(first), to.mutableFloats(first), rows.count, width)
      }
    }
    return result
  }

  /// The summed cross-entropy of rows of logits with the target of each, in nats.
  ///
  /// - Shape: `self` `[rows, V]` float32.
  /// - Parameter targets: One id a row; −1 leaves the row out.
  /// - Returns: The sum of log Σ exp(x) − x[target], in float64, in the order of the rows, and how many rows it has.
  ///   Each term is off by at most (V / 16 + 8 + the mean of |x − max| under the softmax) · 2⁻²⁴.
  /// - Precondition: A target for each row, each −1 or in `0 ..< V`.
  public func crossEntropy(targets: [Int32]) -> (sum: Double, count: Int) {
    requireUnrecorded()
    let width = self.width
    precondition(
      shape.count == 2 && width > 0 && targets.count == rowCount,
      "crossEntropy: logits \(shape), \(targets.count) targets")
    precondition(
      targets.allSatisfy { $0 >= -1 && Int($0) < width }, "crossEntropy: a target outside -1 ..< \(width)")
    let x = aligned()
    let terms = Tensor(undefined: [rowCount], elementType: .float64)
    let kernel = InstructionSet.current.kernels.rows.pointee.log_sum_exp!
    return withExtendedLifetime((x, terms)) {
      let logits = x.floatAddress
      let losses = terms.address
      inParallel(rowCount, grain: grainOfRows) { rows in
        for row in rows where targets[row] >= 0 {
          let start = logits.floats(row * width)
          losses.mutableRaw.assumingMemoryBound(to: Double.self)[row] =
            kernel(start, width) - Double(start[Int(targets[row])])
        }
      }
      var sum = 0.0
      var count = 0
      for row in targets.indices where targets[row] >= 0 {
        sum += losses.raw.assumingMemoryBound(to: Double.self)[row]
        count += 1
      }
      return (sum, count)
    }
  }
}
