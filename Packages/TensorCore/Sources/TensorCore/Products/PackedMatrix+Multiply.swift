internal import CKernels

extension PackedMatrix {
  /// Multiplies rows with this weight, in one pass with what follows.
  ///
  ///     y = activation(rows · weight + bias) + residual
  ///
  /// Each output is one chain of fused multiply-adds over the inner dimension, in order, in float32: within
  /// `inner` · 2⁻²⁴ · Σ|x·w| of exact arithmetic on the operands (in bfloat16 mode, on the rounded operands).
  /// A row's bits depend on that row only; in float32 they are the same on every instruction set.
  ///
  /// - Shape: `rows` `[M, inner]`, `bias` `[outputs]`, `residual` and the result `[M, outputs]`; all float32.
  /// - Precondition: The shapes fit, and this weight is not gated.
  public func multiply(
    _ rows: Tensor, bias: Tensor? = nil, activation: Activation = .none, adding residual: Tensor? = nil
  ) -> Tensor {
    precondition(!isGated, "multiply with a gated weight: use gated")
    precondition(bias.map { $0.shape == [outputs] } ?? true, "bias \(bias!.shape) for \(outputs) outputs")
    return product(rows, bias: bias, activation: activation, residual: residual, on: .current)
  }

  /// Multiplies rows with a gate and an up projection, and joins the two in one pass.
  ///
  ///     y = activation(rows · gate) ⊙ (rows · up) + residual
  ///
  /// - Shape: `rows` `[M, inner]`, `residual` and the result `[M, outputs]`; all float32.
  /// - Precondition: The shapes fit, and this weight was made of `gate` and `up`.
  /// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 5 and 6.
  public func gated(
    _ rows: Tensor, activation: Activation = .silu, adding residual: Tensor? = nil
  ) -> Tensor {
    precondition(isGated, "gated with a weight that has no gate")
    return product(rows, bias: nil, activation: activation, residual: residual, on: .current)
  }

  /// Either of the above, on the kernels that a test names.
  package func product(
    _ rows: Tensor, bias: Tensor?, activation: Activation, residual: Tensor?, on set: InstructionSet
  ) -> Tensor {
    rows.requireUnrecorded()
    residual?.requireUnrecorded()
    precondition(
      rows.shape.count == 2 && rows.shape[1] == inner, "rows \(rows.shape) for a weight of \(inner)")
    let count = rows.shape[0]
    precondition(
      residual.map { $0.shape == [count, outputs] } ?? true,
      "residual \(residual!.shape) for a result [\(count), \(outputs)]")
    let result = Tensor(undefined: [count, outputs])
    let rows = rows.aligned()
    let bias = bias?.aligned()
    let residual = residual?.aligned()
    forEachOutputRun { weight, first in
      let scratch = Storage(byteCount: tc_linear_scratch(weight, count))
      var product = tc_linear()
      product.weight = weight
      product.rows = rows.floatPointer
      product.row_count = count
      product.bias = bias.map { $0.floatPointer + first }
      product.residual = residual.map { $0.floatPointer + first }
      product.result = result.mutableFloats + first
      product.stride = outputs
      product.scratch = scratch.address
      product.activation = activation.code
      withExtendedLifetime((rows, bias, residual, scratch)) {
        tc_linear_run(set.kernels.products, &product)
      }
    }
    ProductObservation.observer?.multiplied(self, rows, on: set)
    return result
  }
}
