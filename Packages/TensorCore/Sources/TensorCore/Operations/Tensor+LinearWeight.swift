/// Products of rows with the weight of a linear map: recorded where the rows are.
extension Tensor {
  /// Multiplies rows with the weights of all parts, in one product with what follows.
  ///
  ///     y = activation(self · weight + bias) + residual
  ///
  /// The bits are those of ``PackedMatrix/multiply(_:bias:activation:adding:)``, recorded or not. Recorded rows have
  /// float32 gradients in both modes: that the operands were rounded is left out of account.
  ///
  /// - Shape: `self` `[rows, inner]`, residual and result `[rows, outputs]`, the parts behind each other.
  /// - Parameter addsBias: False where another term of a sum brings the bias.
  /// - Precondition: The shapes fit; recorded rows meet no frozen weight.
  public func multiplied(
    by weight: LinearWeight, mode: ComputeMode, addsBias: Bool = true, activation: Activation = .none,
    adding residual: Tensor? = nil
  ) -> Tensor {
    let bias = addsBias ? weight.bias : nil
    guard node != nil || residual?.node != nil else {
      return weight.packed(mode: mode).multiply(self, bias: bias, activation: activation, adding: residual)
    }
    weight.requireParameters()
    guard activation == .none else {
      let product = multiplied(by: weight, mode: mode, addsBias: addsBias).activated(by: activation)
      return residual.map(product.adding) ?? product
    }
    let product = weight.packed(mode: mode).multiply(unrecorded, bias: bias, adding: residual?.unrecorded)
    return product.recorded(
      from: node, residual?.node,
      backward: { [x = unrecorded, node, rest = residual?.node] gradient, adjoints in
        weight.addGradients(x, gradient, includingBias: bias != nil, to: &adjoints.gradients)
        if node != nil { adjoints.add(weight.gradientByRows(gradient), to: node) }
        adjoints.add(gradient, to: rest)
      })
  }

  /// Multiplies rows with a gate and what it lets through, and joins the two.
  ///
  ///     y = activation(self · gate + bias) ⊙ (self · up + bias)
  ///
  /// - Shape: `self` `[rows, inner]`, result `[rows, outputs of either]`.
  /// - Precondition: `weight` is gated; recorded rows meet no frozen weight.
  /// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 5 and 6.
  public func gated(by weight: LinearWeight, mode: ComputeMode, activation: Activation) -> Tensor {
    precondition(weight.isGated, "gated by a weight that has no gate")
    guard node != nil || !weight.joins else {
      return weight.joined(mode: mode).gated(self, activation: activation)
    }
    return multiplied(by: weight, mode: mode).halvesGated(by: activation)
  }

  private func activated(by activation: Activation) -> Tensor {
    switch activation {
    case .none: self
    case .geluTanh: gelu(.tanh)
    case .geluErf: gelu(.erf)
    case .silu: silu()
    case .relu: relu()
    case .reluSquared: reluSquared()
    }
  }
}

extension LinearWeight {
  func requireParameters() {
    precondition(!isFrozen, "a frozen weight has no gradient, and was given recorded rows")
  }

  /// Adds the gradients of products of `rows` by every part's weight and bias.
  fileprivate func addGradients(
    _ rows: Tensor, _ gradient: Tensor, includingBias: Bool, to gradients: inout Gradients
  ) {
    for (part, own) in zip(parts, split(gradient)) {
      if orientation == .innerByOutputs {
        gradients.addOuterProducts(rows, own, to: part.weight)
      } else {
        gradients.addOuterProducts(own, rows, to: part.weight)
      }
      if includingBias, let bias = part.bias { gradients.add(own.columnSums(), to: bias) }
    }
  }

  /// The gradient by the rows that were multiplied.
  fileprivate func gradientByRows(_ gradient: Tensor) -> Tensor {
    var result: Tensor?
    for (part, own) in zip(parts, split(gradient)) {
      let transposed = PackedMatrix(passing: part.weight.tensor, orientation: orientation.transposed)
      result = transposed.multiply(own, adding: result)
    }
    return result!
  }

  /// Each part's columns of a gradient, its outputs as the parameter has them.
  private func split(_ gradient: Tensor) -> [Tensor] {
    var first = 0
    return zip(parts, outputs).map { part, count in
      defer { first += count }
      if let order = part.order { return gradient.restoredColumns(first..<first + count, from: order) }
      return parts.count == 1 ? gradient : gradient.columns(first..<first + count)
    }
  }
}

extension Tensor {
  /// Columns that were brought into `order`, back as they lay before.
  fileprivate func restoredColumns(_ range: Range<Int>, from order: [Range<Int>]) -> Tensor {
    var start = range.lowerBound
    let places = order.map { run in
      defer { start += run.count }
      return (source: start, run: run)
    }.sorted { $0.run.lowerBound < $1.run.lowerBound }
    let width = width
    return gathering(
      runs: (0..<rowCount).lazy.flatMap { row in
        places.lazy.map { row * width + $0.source..<row * width + $0.source + $0.run.count }
      }, shape: [rowCount, range.count])
  }
}
