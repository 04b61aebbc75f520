extension Tensor {
  /// The same elements in another shape; shares storage.
  ///
  /// - Precondition: `shape` has as many elements.
  public func reshaped(_ shape: [Int]) -> Tensor {
    requireUnrecorded()
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count, "cannot reshape \(self.shape) to \(shape)")
    return Tensor(shape: shape, elementType: elementType, storage: storage, byteOffset: byteOffset)
  }

  /// A range of the leading axis; shares storage.
  ///
  /// - Shape: `self` `[n, …]`, result `[range.count, …]`.
  /// - Precondition: `range` lies in `0 ..< n`.
  public func rows(_ range: Range<Int>) -> Tensor {
    requireUnrecorded()
    guard let length = shape.first, range.lowerBound >= 0, range.upperBound <= length else {
      preconditionFailure("rows \(range) of a tensor \(shape)")
    }
    let stride = shape.dropFirst().reduce(elementType.byteCount, *)
    return Tensor(
      shape: [range.count] + shape.dropFirst(), elementType: elementType, storage: storage,
      byteOffset: byteOffset + range.lowerBound * stride)
  }

  /// A range of the last axis, copied.
  ///
  /// - Shape: `self` `[…, width]`, result `[…, range.count]`.
  /// - Precondition: `range` lies in `0 ..< width`.
  public func columns(_ range: Range<Int>) -> Tensor {
    requireUnrecorded()
    precondition(
      !shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= width,
      "columns \(range) of a tensor \(shape)")
    let result = Tensor(undefined: shape.dropLast() + [range.count], elementType: elementType)
    let size = elementType.byteCount
    withExtendedLifetime(self) {
      var source = rawPointer + range.lowerBound * size
      var target = result.storage.address
      for _ in 0..<rowCount {
        target.copyMemory(from: source, byteCount: range.count * size)
        source += width * size
        target += range.count * size
      }
    }
    return result
  }
}
