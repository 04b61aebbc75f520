internal import CKernels

extension Tensor {
  /// self · other, element by element.
  ///
  /// - Returns: A new float32 tensor of this shape, correctly rounded.
  /// - Precondition: Both have one shape, and no tape has recorded them.
  public func multiplied(elementwiseBy other: Tensor) -> Tensor {
    requireUnrecorded()
    other.requireUnrecorded()
    return zipped(other, InstructionSet.current.kernels.rows.pointee.multiply)
  }

  /// self / (1 + e⁻ˣ) with x of `gates`, element by element.
  ///
  /// - Returns: A new float32 tensor of this shape, within 3 ulp where results are normal.
  /// - Precondition: Both have one shape, and no tape has recorded them.
  /// - Source: Dauphin et al. 2017, *Language Modeling with Gated Convolutional Networks*, eq. 1.
  public func sigmoidGated(by gates: Tensor) -> Tensor {
    requireUnrecorded()
    gates.requireUnrecorded()
    return gates.zipped(self, InstructionSet.current.kernels.rows.pointee.sigmoid_gate)
  }

  /// 1 / (1 + e⁻ˣ) of each element, within 3 ulp where results are normal.
  ///
  /// - Precondition: A tensor that no tape has recorded.
  public func sigmoid() -> Tensor {
    Tensor([Float](repeating: 1, count: count), shape: shape).sigmoidGated(by: self)
  }

  /// Adds a vector to each row, in place where this storage is not shared.
  ///
  /// - Shape: `self` `[rows, C]`, `vector` `[C]`.
  public mutating func addToEachRow(_ vector: Tensor) {
    zipEachRow(vector, InstructionSet.current.kernels.rows.pointee.add)
  }

  /// Multiplies each row with a vector, element by element, in place where this storage is not shared.
  ///
  /// - Shape: `self` `[rows, C]`, `vector` `[C]`.
  public mutating func multiplyEachRow(by vector: Tensor) {
    zipEachRow(vector, InstructionSet.current.kernels.rows.pointee.multiply)
  }

  private mutating func zipEachRow(_ vector: Tensor, _ kernel: @escaping ZipKernel) {
    requireUnrecorded()
    vector.requireUnrecorded()
    precondition(vector.shape == [width], "a vector \(vector.shape) for each row of \(shape)")
    makeUnique()
    let (other, width) = (vector.aligned(), width)
    withExtendedLifetime((self, other)) {
      let (x, y) = (floatAddress, other.floatAddress)
      inParallel(rowCount, grain: grainOfRows) { range in
        for row in range {
          kernel(x.floats(row * width), y.floats(), x.mutableFloats(row * width), width)
        }
      }
    }
  }
}
