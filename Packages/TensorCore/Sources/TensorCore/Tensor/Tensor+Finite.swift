import CKernels
import Synchronization

extension Tensor {
  /// Where the first element lies that is NaN or infinite, in row-major order; `nil` where all are finite.
  ///
  /// - Complexity: One pass over the memory, on all threads of the pool.
  public var firstNonFinite: Int? {
    guard elementType.isFloatingPoint else { return nil }
    let (type, width) = (elementType.floatType, elementType.byteCount)
    return withExtendedLifetime(self) {
      let address = Address(raw: rawPointer)
      let found = Atomic(Int.max)
      inParallel(count, grain: 1 << 20) { range in
        let start = address.raw + range.lowerBound * width
        let place = tc_first_non_finite(start, type, range.count)
        if place < range.count { found.min(range.lowerBound + place, ordering: .relaxed) }
      }
      let first = found.load(ordering: .relaxed)
      return first == .max ? nil : first
    }
  }
}
