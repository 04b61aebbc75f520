internal import CKernels

extension Tensor {
  /// Multiplies every element, in place where this storage is not shared.
  public mutating func scale(by factor: Float) {
    guard factor != 1 else { return }
    defer {
      self = recorded(
        from: node,
        backward: { [node] gradient, adjoints in
          var gradient = gradient
          gradient.scale(by: factor)
          adjoints.add(gradient, to: node)
        })
    }
    makeUnique()
    let kernel = InstructionSet.current.kernels.gradients.pointee.scale!
    withExtendedLifetime(self) {
      let x = floatAddress
      inParallel(count, grain: 1 << 15) { kernel(x.mutableFloats($0.lowerBound), factor, $0.count) }
    }
  }

  /// The sum of the squares of all elements, in float64.
  ///
  /// Summed in runs of 65536 elements, so that it does not depend on threads.
  public var sumOfSquares: Double {
    let x = aligned()
    let run = 1 << 16
    let sums = Tensor(undefined: [(count + run - 1) / run], elementType: .float64)
    let kernel = InstructionSet.current.kernels.gradients.pointee.sum_of_squares!
    return withExtendedLifetime((x, sums)) {
      let from = x.floatAddress
      let to = sums.address
      inParallel(sums.count, grain: 1) { runs in
        for index in runs {
          to.mutableRaw.assumingMemoryBound(to: Double.self)[index] =
            kernel(from.floats(index * run), min(run, x.count - index * run))
        }
      }
      return (0..<sums.count).reduce(0) { $0 + to.raw.assumingMemoryBound(to: Double.self)[$1] }
    }
  }
}
