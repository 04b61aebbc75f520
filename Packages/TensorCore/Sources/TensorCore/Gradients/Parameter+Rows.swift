/// Operations of rows with parameters: the same as those with tensors, and recorded where the rows are.
extension Parameter {
  /// The rows of an embedding table that `ids` name; where a tape is given, they begin a recording.
  ///
  /// - Shape: the table `[V, C]`, result `[ids.count, C]` float32.
  /// - Precondition: Every id is in `0 ..< V`.
  public func rows(_ ids: [Int32], tape: Tape?) -> Tensor {
    var rows = tensor.gatheringRows(ids)
    rows.node = tape?.record { [self] gradient, adjoints in
      adjoints.gradients.update(self) {
        $0.addRows(gradient, at: ids)
      } orStore: {
        var sum = Tensor(zeros: tensor.shape)
        sum.addRows(gradient, at: ids)
        return sum
      }
    }
    return rows
  }
}

extension Tensor {
  /// ``PackedMatrix/multiply(_:bias:activation:adding:)`` with a parameter, packed for `mode`.
  ///
  ///     y = activation(self · weight + bias) + residual
  ///
  /// Recorded rows have float32 gradients in both modes: that the operands were rounded is left out of account.
  public func multiplied(
    by weight: Parameter, _ orientation: PackedMatrix.Orientation, mode: ComputeMode, bias: Parameter? = nil,
    activation: Activation = .none, adding residual: Tensor? = nil
  ) -> Tensor {
    let matrix = weight.packed(orientation, mode: mode)
    guard node != nil || residual?.node != nil else {
      return matrix.multiply(self, bias: bias?.tensor, activation: activation, adding: residual)
    }
    guard activation == .none else {
      let product = multiplied(by: weight, orientation, mode: mode, bias: bias).activated(by: activation)
      return residual.map(product.adding) ?? product
    }
    let product = matrix.multiply(
      unrecorded, bias: bias?.tensor, activation: .none, adding: residual?.unrecorded)
    return product.recorded(
      from: node, residual?.node,
      backward: { [x = unrecorded, node, rest = residual?.node] gradient, adjoints in
        if orientation == .innerByOutputs {
          adjoints.gradients.addOuterProducts(x, gradient, to: weight)
        } else {
          adjoints.gradients.addOuterProducts(gradient, x, to: weight)
        }
        if let bias { adjoints.gradients.add(gradient.columnSums(), to: bias) }
        if node != nil {
          let turned = PackedMatrix(passing: weight.tensor, orientation: orientation.turned)
          adjoints.add(turned.multiply(gradient), to: node)
        }
        adjoints.add(gradient, to: rest)
      })
  }

  private func activated(by activation: Activation) -> Tensor {
    switch activation {
    case .none: self
    case .geluTanh: gelu(.tanh)
    case .geluErf: gelu(.erf)
    case .silu: silu()
    }
  }

  /// ``layerNormalized(weight:bias:epsilon:)`` with parameters.
  public func layerNormalized(weight: Parameter, bias: Parameter?, epsilon: Float) -> Tensor {
    unrecorded.layerNormalized(weight: weight.tensor, bias: bias?.tensor, epsilon: epsilon)
      .recorded(
        from: node,
        backward: { [x = unrecorded, node] gradient, adjoints in
          let back = x.normBackward(
            gradient, weight: weight.tensor, epsilon: epsilon, centers: true, hasBias: bias != nil)
          adjoints.gradients.add(back.weight, to: weight)
          if let bias { adjoints.gradients.add(back.bias!, to: bias) }
          adjoints.add(back.x, to: node)
        })
  }

  /// ``rmsNormalized(weight:epsilon:)`` with a parameter.
  public func rmsNormalized(weight: Parameter, epsilon: Float) -> Tensor {
    unrecorded.rmsNormalized(weight: weight.tensor, epsilon: epsilon)
      .recorded(
        from: node,
        backward: { [x = unrecorded, node] gradient, adjoints in
          let back = x.normBackward(
            gradient, weight: weight.tensor, epsilon: epsilon, centers: false, hasBias: false)
          adjoints.gradients.add(back.weight, to: weight)
          adjoints.add(back.x, to: node)
        })
  }
}
