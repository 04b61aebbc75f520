internal import CKernels

/// The two forms of the Gaussian error linear unit.
public enum GELU: String, Sendable, CaseIterable, Codable {
  /// x / 2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))
  case tanh
  /// x / 2 · (1 + erf(x / √2))
  case erf
}

extension Tensor {
  /// The Gaussian error linear unit of each element.
  ///
  /// - Returns: A new float32 tensor of this shape; off by at most 2⁻²² |x| (tanh), 2⁻²³ |x| (erf).
  /// - Source: Hendrycks and Gimpel 2016, *Gaussian Error Linear Units*, §2.
  public func gelu(_ kind: GELU) -> Tensor {
    let kernels = InstructionSet.current.kernels
    return switch kind {
    case .tanh: mapped(kernels.rows.pointee.gelu_tanh, backward: kernels.gradients.pointee.gelu_tanh)
    case .erf: mapped(kernels.rows.pointee.gelu_erf, backward: kernels.gradients.pointee.gelu_erf)
    }
  }

  /// x / (1 + e⁻ˣ) of each element.
  ///
  /// - Returns: A new float32 tensor of this shape; within 3 ulp where the result is normal.
  /// - Source: Elfwing, Uchibe, Doya 2018, *Sigmoid-Weighted Linear Units*, eq. 6.
  public func silu() -> Tensor {
    let kernels = InstructionSet.current.kernels
    return mapped(kernels.rows.pointee.silu, backward: kernels.gradients.pointee.silu)
  }

  /// max(x, 0) of each element, exactly.
  public func relu() -> Tensor {
    let kernels = InstructionSet.current.kernels
    return mapped(kernels.rows.pointee.relu, backward: kernels.gradients.pointee.relu)
  }

  /// ln(1 + eˣ) of each element, within 3 ulp.
  ///
  /// - Precondition: A tensor that no tape has recorded.
  /// - Source: Dugas et al. 2001, *Incorporating Second-Order Functional Knowledge*, eq. 4.
  public func softplus() -> Tensor {
    requireUnrecorded()
    return mapped(InstructionSet.current.kernels.rows.pointee.softplus!)
  }

  /// max(x, 0)² of each element, correctly rounded.
  ///
  /// - Source: So et al. 2021, *Primer: Searching for Efficient Transformers*, §4.
  public func reluSquared() -> Tensor {
    let kernels = InstructionSet.current.kernels
    return mapped(kernels.rows.pointee.relu_squared, backward: kernels.gradients.pointee.relu_squared)
  }

  /// cap · tanh(x / cap) of each element, in place; the bits that ``PackedMatrix/score(_:targets:softcap:topCount:)`` gives.
  ///
  /// - Precondition: A positive cap; a tensor that no tape has recorded.
  /// - Source: Gemma Team 2024, *Gemma 2*, §2.
  public mutating func softcap(at cap: Float) {
    requireUnrecorded()
    precondition(cap > 0, "softcap at \(cap)")
    makeUnique()
    let kernel = InstructionSet.current.kernels.rows.pointee.softcap!
    withExtendedLifetime(self) {
      let x = floatAddress
      inParallel(count, grain: 1 << 14) { range in
        kernel(x.floats(range.lowerBound), x.mutableFloats(range.lowerBound), range.count, cap)
      }
    }
  }

  /// silu(self) · up, element by element: the gate of SwiGLU.
  ///
  /// - Returns: A new float32 tensor of this shape; within 4 ulp where the results are normal.
  /// - Precondition: Both have one shape.
  /// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 5.
  public func siluGated(_ up: Tensor) -> Tensor {
    let kernels = InstructionSet.current.kernels
    return gated(up, kernels.rows.pointee.silu_gate, backward: kernels.gradients.pointee.silu_gate)
  }

  /// gelu(self) · up with the tanh form, element by element: the gate of GeGLU.
  ///
  /// - Returns: A new float32 tensor of this shape; off by at most 2⁻²² |self · up| and one rounding.
  /// - Precondition: Both have one shape.
  /// - Source: Shazeer 2020, *GLU Variants Improve Transformer*, eq. 5.
  public func geluGated(_ up: Tensor) -> Tensor {
    let kernels = InstructionSet.current.kernels
    return gated(up, kernels.rows.pointee.gelu_tanh_gate, backward: kernels.gradients.pointee.gelu_tanh_gate)
  }

  /// Every element plus `offset`, float32; this tensor where that is zero.
  ///
  /// - Precondition: A tensor that no tape has recorded.
  public func adding(_ offset: Float) -> Tensor {
    guard offset != 0 else { return self }
    var sum = converted(to: .float32)
    sum.withMutableElements { elements in
      for index in elements.indices { elements[index] += offset }
    }
    return sum
  }

  private func gated(
    _ up: Tensor, _ kernel: @escaping ZipKernel, backward: @escaping GateBackwardKernel
  ) -> Tensor {
    zipped(up, kernel).recorded(
      from: node, up.node,
      backward: { [a = unrecorded, b = up.unrecorded, left = node, right = up.node] gradient, adjoints in
        let back = a.gateBackward(b, gradient, backward)
        adjoints.add(back.gate, to: left)
        adjoints.add(back.up, to: right)
      })
  }

  private func mapped(_ kernel: @escaping MapKernel, backward: @escaping ZipKernel) -> Tensor {
    mapped(kernel).recorded(
      from: node,
      backward: { [x = unrecorded, node] gradient, adjoints in
        adjoints.add(x.activationBackward(gradient, backward), to: node)
      })
  }

  private func mapped(_ kernel: @escaping MapKernel) -> Tensor {
    let x = aligned()
    let result = Tensor(undefined: shape)
    withExtendedLifetime((x, result)) {
      let from = x.floatAddress
      let to = result.floatAddress
      inParallel(count, grain: 1 << 14) { range in
        kernel(from.floats(range.lowerBound), to.mutableFloats(range.lowerBound), range.count)
      }
    }
    return result
  }
}
