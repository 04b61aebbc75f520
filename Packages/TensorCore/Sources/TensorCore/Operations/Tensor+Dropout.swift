internal import CKernels

extension Tensor {
  /// Zeroes each element with probability `rate` and divides the others by 1 − `rate`.
  ///
  /// Element i, in row-major order, depends on `key` and i alone, so rows may be computed in any split.
  ///
  /// - Parameter rate: In `0 ..< 1`; 0 returns the tensor itself.
  /// - Source: Srivastava et al. 2014, *Dropout*, §10.
  public func dropout(rate: Float, key: RandomKey) -> Tensor {
    precondition(rate >= 0 && rate < 1, "dropout rate \(rate) is not in 0 ..< 1")
    if rate == 0 { return self }
    let x = aligned()
    let result = Tensor(undefined: shape)
    let kernel = InstructionSet.current.kernels.rows.pointee.dropout!
    withExtendedLifetime((x, result)) {
      let from = x.floatAddress
      let to = result.floatAddress
      inParallel(count, grain: 1 << 14) { range in
        let first = range.lowerBound
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2) { words in
          (words[0], words[1]) = key.words
          kernel(
            from.floats(first), words.baseAddress, UInt64(first), 1 - rate, to.mutableFloats(first),
            range.count)
        }
      }
    }
    return result.recorded(
      from: node,
      backward: { [node] gradient, adjoints in
        adjoints.add(gradient.dropout(rate: rate, key: key), to: node)
      })
  }
}
