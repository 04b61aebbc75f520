internal import CKernels

extension Tensor {
  /// self + other, element by element.
  ///
  /// - Returns: A new float32 tensor of this shape, correctly rounded.
  /// - Precondition: Both have one shape.
  public func adding(_ other: Tensor) -> Tensor {
    zipped(other, InstructionSet.current.kernels.rows.pointee.add)
      .recorded(from: node, other.node, backward: Self.sharing(node, other.node))
  }

  /// Adds `other`, element by element, in place where this storage is not shared.
  ///
  /// - Precondition: Both have one shape.
  public mutating func add(_ other: Tensor) {
    precondition(shape == other.shape, "add: \(shape) and \(other.shape)")
    makeUnique()
    let kernel = InstructionSet.current.kernels.rows.pointee.add!
    let summand = other.node
    let other = other.aligned()
    defer { self = recorded(from: node, summand, backward: Self.sharing(node, summand)) }
    withExtendedLifetime((self, other)) {
      let x = floatAddress
      let y = other.floatAddress
      inParallel(count, grain: 1 << 15) { range in
        let first = range.lowerBound
        kernel(x.floats(first), y.floats(first), x.mutableFloats(first), range.count)
      }
    }
  }

  /// The derivative of a sum: both summands get the gradient.
  private static func sharing(_ left: TapeNode?, _ right: TapeNode?) -> Tape.Backward {
    { gradient, adjoints in
      adjoints.add(gradient, to: left)
      adjoints.add(gradient, to: right)
    }
  }

  func zipped(
    _ other: Tensor, _ kernel: @escaping ZipKernel
  ) -> Tensor {
    precondition(shape == other.shape, "operands of shapes \(shape) and \(other.shape)")
    let a = aligned()
    let b = other.aligned()
    let result = Tensor(undefined: shape)
    withExtendedLifetime((a, b, result)) {
      let left = a.floatAddress
      let right = b.floatAddress
      let to = result.floatAddress
      inParallel(count, grain: 1 << 14) { range in
        let first = range.lowerBound
        kernel(left.floats(first), right.floats(first), to.mutableFloats(first), range.count)
      }
    }
    return result
  }
}
