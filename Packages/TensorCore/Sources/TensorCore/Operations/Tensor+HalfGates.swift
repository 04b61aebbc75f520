internal import CKernels

extension Tensor {
  /// activation(left half) · right half of each row: the gate of a product with both weights side by side.
  ///
  /// - Shape: `self` `[rows, 2 D]`, result `[rows, D]`.
  /// - Returns: A new float32 tensor, within the bounds of ``siluGated(_:)`` and ``geluGated(_:)``; with the erf form
  ///   off by at most 2⁻²³ |left · right| and one rounding.
  /// - Precondition: Rows of an even width; an activation.
  /// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 5 and 6.
  public func halvesGated(by activation: Activation) -> Tensor {
    precondition(shape.count == 2 && width % 2 == 0, "halvesGated of a tensor \(shape)")
    let kernels = InstructionSet.current.kernels
    let (rows, gradients) = (kernels.rows.pointee, kernels.gradients.pointee)
    return switch activation {
    case .silu: halvesGated(rows.silu_gate, backward: gradients.silu_gate)
    case .geluTanh: halvesGated(rows.gelu_tanh_gate, backward: gradients.gelu_tanh_gate)
    case .geluErf: halvesGated(rows.gelu_erf_gate, backward: gradients.gelu_erf_gate)
    case .relu: halvesGated(rows.relu_gate, backward: gradients.relu_gate)
    case .reluSquared: halvesGated(rows.relu_squared_gate, backward: gradients.relu_squared_gate)
    case .none: preconditionFailure("a gate without an activation")
    }
  }

  private func halvesGated(_ kernel: @escaping ZipKernel, backward: @escaping GateBackwardKernel) -> Tensor {
    let half = width / 2
    let x = aligned()
    let result = Tensor(undefined: [rowCount, half])
    withExtendedLifetime((x, result)) {
      let (from, to) = (x.floatAddress, result.floatAddress)
      inParallel(rowCount, grain: grainOfRows) { rows in
        for row in rows {
          let gate = from.floats(row * 2 * half)
          kernel(gate, gate + half, to.mutableFloats(row * half), half)
        }
      }
    }
    return result.recorded(
      from: node,
      backward: { [x = unrecorded, node] gradient, adjoints in
        adjoints.add(x.halvesGateBackward(gradient, backward), to: node)
      })
  }

  /// The gradient by both halves, in their columns.
  private func halvesGateBackward(_ gradient: Tensor, _ kernel: @escaping GateBackwardKernel) -> Tensor {
    let half = width / 2
    let (x, gradient) = (aligned(), gradient.aligned())
    let result = Tensor(undefined: shape)
    withExtendedLifetime((x, gradient, result)) {
      let (from, back, to) = (x.floatAddress, gradient.floatAddress, result.floatAddress)
      inParallel(rowCount, grain: grainOfRows) { rows in
        for row in rows {
          let (gate, toGate) = (from.floats(row * 2 * half), to.mutableFloats(row * 2 * half))
          kernel(gate, gate + half, back.floats(row * half), toGate, toGate + half, half)
        }
      }
    }
    return result
  }
}
