import Foundation

/// The mean of numbers, and how far they lie from it.
struct Moments {
  let count: Int
  let mean: Double
  /// The sum of squares over one less than the count; zero for one number.
  let variance: Double

  /// - Precondition: There is a number.
  init(_ numbers: [Double]) {
    precondition(!numbers.isEmpty, "a mean needs a number")
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    count = numbers.count
    self.mean = mean
    // Equal numbers have no variance, also where their mean is not one of them in float64.
    let isConstant = numbers.allSatisfy { $0 == numbers[0] }
    variance =
      isConstant
      ? 0 : numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1)
  }

  var standardError: Double { (variance / Double(count)).squareRoot() }
}
