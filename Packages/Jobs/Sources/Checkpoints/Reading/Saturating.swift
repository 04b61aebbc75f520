extension Int {
  /// The sum of two numbers that are not negative, or the largest `Int`: a size that no file has.
  func saturatingSum(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  /// The product of two numbers that are not negative, or the largest `Int`.
  func saturatingProduct(_ other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  /// How often `divisor`, which is positive, goes into this number, rounded up.
  func dividedRoundingUp(by divisor: Int) -> Int { self / divisor + (self % divisor == 0 ? 0 : 1) }

  /// The position of the highest bit of a positive number.
  var highestBit: Int { bitWidth - 1 - leadingZeroBitCount }

  /// Whether it is 1, 2, 4, ….
  var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }
}

extension Collection<Int> {
  /// The product of lengths that are not negative, or the largest `Int`.
  var saturatingProduct: Int { contains(0) ? 0 : reduce(1) { $0.saturatingProduct($1) } }
}
