internal import CKernels

extension Tensor {
  /// The matrix product of two tensors that both change, for training: op(self) · op(other).
  ///
  /// A frozen weight belongs in a ``PackedMatrix``, which is packed once. The order of sums is that of packed products, or
  /// where this tensor is transposed, of runs of 512 rows: bits depend on the operands alone, not on threads.
  ///
  /// - Shape: op(self) `[M, K]`, op(other) `[K, N]`, result `[M, N]`, float32; op transposes where asked.
  /// - Returns: A new tensor, each element within K · 2⁻²⁴ · Σ |a · b| of exact arithmetic, to first order.
  /// - Precondition: Both are float32 matrices of these shapes.
  public func matrixProduct(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    requireUnrecorded()
    other.requireUnrecorded()
    precondition(
      shape.count == 2 && other.shape.count == 2
        && shape[transposingSelf ? 0 : 1] == other.shape[transposingOther ? 1 : 0],
      "matrixProduct: \(shape)\(transposingSelf ? " transposed" : "") and \(other.shape)\(transposingOther ? " transposed" : "")"
    )
    if transposingSelf {
      return Tensor(outerProducts: self, transposingOther ? other.transposed() : other)
    }
    return PackedMatrix(passing: other, orientation: transposingOther ? .outputsByInner : .innerByOutputs)
      .multiply(self)
  }

  /// The sum over all rows of the outer product of a row of `left` and the row of `right` beside it: left' · right.
  ///
  /// - Shape: `left` `[rows, M]`, `right` `[rows, N]`, result `[M, N]`.
  init(outerProducts left: Tensor, _ right: Tensor) {
    precondition(
      left.shape.count == 2 && right.shape.count == 2, "outer products of \(left.shape) and \(right.shape)")
    if left.width > right.width {  // the kernel wants the wider one on the right
      self = Tensor(outerProducts: right, left).transposed()
      return
    }
    let shape = [left.width, right.width]
    self = left.rowCount == 0 ? Tensor(zeros: shape) : Tensor(undefined: shape)
    sumOuterProducts(left, right, adding: false)
  }

  /// Adds left' · right: run after run of 512 rows, or where `left` is the wider one, their sum.
  mutating func addOuterProducts(_ left: Tensor, _ right: Tensor) {
    if left.width > right.width {
      add(Tensor(outerProducts: left, right))
    } else {
      makeUnique()
      sumOuterProducts(left, right, adding: true)
    }
  }

  private mutating func sumOuterProducts(_ left: Tensor, _ right: Tensor, adding: Bool) {
    left.requireUnrecorded()
    right.requireUnrecorded()
    precondition(
      left.rowCount == right.rowCount && shape == [left.width, right.width],
      "outer products of \(left.shape) and \(right.shape) in \(shape)")
    let (x, y) = (left.aligned(), right.aligned())
    let scratch = Storage(byteCount: tc_outer_products_scratch(x.rowCount, x.width))
    let kernels = InstructionSet.current.kernels
    withExtendedLifetime((x, y, self, scratch)) {
      var sum = tc_outer_products(
        left: x.floatPointer, right: y.floatPointer, rows: x.rowCount, left_width: x.width,
        right_width: y.width,
        result: mutableFloats, adds: adding, scratch: scratch.address)
      tc_outer_products_run(kernels.products, &sum)
    }
  }

  /// Rows for columns.
  func transposed() -> Tensor {
    let x = aligned()
    let result = Tensor(undefined: [shape[1], shape[0]])
    withExtendedLifetime((x, result)) {
      let (from, to) = (x.floatAddress, result.floatAddress)
      let (rows, columns) = (shape[0], shape[1])
      let kernel = InstructionSet.current.kernels.rows.pointee.transpose!
      inParallel((columns + 15) / 16, grain: Swift.max(1, (1 << 10) / Swift.max(rows, 1))) { stripes in
        let first = stripes.lowerBound * 16
        kernel(
          from.floats(first), columns, rows, Swift.min(stripes.upperBound * 16, columns) - first,
          to.mutableFloats(first * rows), rows)
      }
    }
    return result
  }
}

extension Gradients {
  /// Adds left' · right, without a tensor of its own where there is a sum already.
  mutating func addOuterProducts(_ left: Tensor, _ right: Tensor, to parameter: Parameter) {
    update(parameter) {
      $0.addOuterProducts(left, right)
    } orStore: {
      Tensor(outerProducts: left, right)
    }
  }
}
