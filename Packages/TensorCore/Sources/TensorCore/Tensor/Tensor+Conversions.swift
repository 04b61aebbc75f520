internal import CKernels

extension Tensor {
  /// The elements in another floating type: nearest, ties to even, rounded once; a NaN stays a NaN.
  ///
  /// - Shape: Unchanged.
  /// - Returns: This tensor itself where it has that type already.
  /// - Precondition: Both types are floating.
  public func converted(to type: ElementType) -> Tensor {
    guard type != elementType else { return self }
    let result = Tensor(undefined: shape, elementType: type)
    let source = elementType.floatType
    let target = type.floatType
    let kernel = InstructionSet.current.kernels.rows.pointee.convert!
    withExtendedLifetime((self, result)) {
      let x = address
      let y = result.address
      inParallel(count, grain: 1 << 16) { range in
        kernel(
          x.raw + range.lowerBound * elementType.byteCount, source,
          y.mutableRaw + range.lowerBound * type.byteCount, target, range.count)
      }
    }
    return result
  }
}

extension ElementType {
  /// The kernels' code of a floating type.
  ///
  /// - Precondition: The type is floating.
  var floatType: tc_float_type {
    switch self {
    case .float32: TC_FLOAT32
    case .bfloat16: TC_BFLOAT16
    case .float16: TC_FLOAT16
    case .float64: TC_FLOAT64
    case .int64, .int32, .uint16, .uint8: preconditionFailure("\(self) is no floating type")
    }
  }
}
