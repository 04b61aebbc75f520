internal import CKernels

/// What derivatives are made of. All float32; shapes are those of the operations that they belong to.
extension Tensor {
  /// Gradients of a norm of these rows by the rows, the weight and the bias.
  ///
  /// Sums over rows are made in runs of 256 rows and then over runs, so that they do not depend on threads.
  func normBackward(_ gradient: Tensor, weight: Tensor, epsilon: Float, centers: Bool, hasBias: Bool)
    -> (x: Tensor, weight: Tensor, bias: Tensor?)
  {
    let (rows, width, run) = (rowCount, self.width, 256)
    let runs = (rows + run - 1) / run
    let kernels = InstructionSet.current.kernels.gradients.pointee
    let kernel = centers ? kernels.layer_norm! : kernels.rms_norm!
    let (x, weight, gradient) = (aligned(), weight.aligned(), gradient.aligned())
    let result = Tensor(undefined: shape)
    let sums = Tensor(zeros: [runs, 2 * width])
    withExtendedLifetime((x, weight, gradient, result, sums)) {
      let (from, gain, back) = (x.floatAddress, weight.floatAddress, gradient.floatAddress)
      let (to, partial) = (result.floatAddress, sums.floatAddress)
      inParallel(runs, grain: 1) { range in
        for index in range {
          let first = index * run * width
          let own = partial.mutableFloats(index * 2 * width)
          kernel(
            from.floats(first), gain.floats(), back.floats(first), to.mutableFloats(first), own,
            hasBias ? own + width : nil, min(run, rows - index * run), width, epsilon)
        }
      }
    }
    let both = sums.columnSums()
    return (result, both.rows(0..<width), hasBias ? both.rows(width..<2 * width) : nil)
  }

  /// The sum of the rows of `[rows, D]`, `[D]`, in their order.
  func columnSums() -> Tensor {
    let (width, rows) = (self.width, rowCount)
    let x = aligned()
    let result = Tensor(zeros: [width])
    let kernel = InstructionSet.current.kernels.gradients.pointee.column_sums!
    withExtendedLifetime((x, result)) {
      let (from, to) = (x.floatAddress, result.floatAddress)
      inParallel(width, grain: Swift.max(128, (1 << 14) / Swift.max(rows, 1))) { columns in
        kernel(
          from.floats(columns.lowerBound), width, rows, to.mutableFloats(columns.lowerBound), columns.count)
      }
    }
    return result
  }

  /// gradient · f'(self), element by element.
  func activationBackward(_ gradient: Tensor, _ kernel: @escaping ZipKernel) -> Tensor {
    let (x, gradient) = (aligned(), gradient.aligned())
    let result = Tensor(undefined: shape)
    withExtendedLifetime((x, gradient, result)) {
      let (from, back, to) = (x.floatAddress, gradient.floatAddress, result.floatAddress)
      inParallel(count, grain: 1 << 14) { range in
        let first = range.lowerBound
        kernel(from.floats(first), back.floats(first), to.mutableFloats(first), range.count)
      }
    }
    return result
  }

  /// Gradients of f(self) · up by both.
  func gateBackward(_ up: Tensor, _ gradient: Tensor, _ kernel: @escaping GateBackwardKernel)
    -> (gate: Tensor, up: Tensor)
  {
    let (a, b, gradient) = (aligned(), up.aligned(), gradient.aligned())
    let (left, right) = (Tensor(undefined: shape), Tensor(undefined: shape))
    withExtendedLifetime((a, b, gradient, left, right)) {
      let (gate, up, back) = (a.floatAddress, b.floatAddress, gradient.floatAddress)
      let (toGate, toUp) = (left.floatAddress, right.floatAddress)
      inParallel(count, grain: 1 << 14) { range in
        let first = range.lowerBound
        kernel(
          gate.floats(first), up.floats(first), back.floats(first), toGate.mutableFloats(first),
          toUp.mutableFloats(first), range.count)
      }
    }
    return (left, right)
  }

  /// Adds row i of `rows` to row `ids[i]`, in the order of i.
  mutating func addRows(_ rows: Tensor, at ids: [Int32]) {
    precondition(
      rows.shape == [ids.count, width] && shape.count == 2,
      "addRows: \(rows.shape) to \(shape), \(ids.count) ids")
    makeUnique()
    let rows = rows.aligned()
    let width = self.width
    let kernel = InstructionSet.current.kernels.rows.pointee.add!
    withExtendedLifetime((self, rows)) {
      let (to, from) = (floatAddress, rows.floatAddress)
      // By columns, because an id may come twice.
      inParallel(width, grain: Swift.max(64, (1 << 14) / Swift.max(ids.count, 1))) { columns in
        for (row, id) in ids.enumerated() {
          let target = to.mutableFloats(Int(id) * width + columns.lowerBound)
          kernel(target, from.floats(row * width + columns.lowerBound), target, columns.count)
        }
      }
    }
  }
}
