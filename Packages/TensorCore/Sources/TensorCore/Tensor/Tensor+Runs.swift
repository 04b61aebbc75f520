extension Tensor {
  /// Copies spans of the elements behind each other into a new tensor. Any element type; of a mapped file only the
  /// pages that the spans touch are read.
  ///
  /// - Parameters:
  ///   - runs: Ranges of row-major element numbers of `self`.
  ///   - shape: The shape of the result.
  /// - Precondition: The runs lie within `self` and hold as many elements as `shape`.
  public func gathering(runs: some Sequence<Range<Int>>, shape: [Int]) -> Tensor {
    let result = Tensor(undefined: shape, elementType: elementType)
    let size = elementType.byteCount
    var filled = 0
    withExtendedLifetime(self) {
      for run in runs {
        precondition(
          run.lowerBound >= 0 && run.upperBound <= count && filled + run.count <= result.count,
          "run \(run) of a tensor \(self.shape) into \(shape)")
        (result.storage.address + filled * size).copyMemory(
          from: rawPointer + run.lowerBound * size, byteCount: run.count * size)
        filled += run.count
      }
    }
    precondition(filled == result.count, "runs of \(filled) elements into a tensor \(shape)")
    return result
  }

  /// Copies the elements of `part` behind each other into spans of this tensor: the inverse of
  /// ``gathering(runs:shape:)``.
  ///
  /// - Precondition: Both have one element type; the runs lie within `self` and hold as many elements as `part`.
  public mutating func scatter(_ part: Tensor, into runs: some Sequence<Range<Int>>) {
    precondition(part.elementType == elementType, "scattering \(part.elementType) into \(elementType)")
    makeUnique()
    let size = elementType.byteCount
    let target = storage.address + byteOffset
    var taken = 0
    withExtendedLifetime(part) {
      for run in runs {
        precondition(
          run.lowerBound >= 0 && run.upperBound <= count && taken + run.count <= part.count,
          "a tensor \(part.shape) into run \(run) of a tensor \(shape)")
        (target + run.lowerBound * size).copyMemory(
          from: part.rawPointer + taken * size, byteCount: run.count * size)
        taken += run.count
      }
    }
    precondition(taken == part.count, "a tensor \(part.shape) into runs of \(taken) elements")
  }
}
