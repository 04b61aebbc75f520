/// The solution of normal equations that is not below zero and, by a prior, near to another.
struct LeastSquares {
  private(set) var solution: [Double]
  private let products: [[Double]]
  private let values: [Double]
  /// The products with the prior in them.
  private let drawn: [[Double]]
  let variance: Double

  /// - Parameters:
  ///   - products: Sums of products of features with each other.
  ///   - values: Sums of products of features with what is fitted.
  ///   - prior: A solution above zero.
  ///   - variance: Of what is fitted around the fit, where a coefficient's around the prior's is the square of that.
  init(_ products: [[Double]], _ values: [Double], drawnTo prior: [Double], by variance: Double) {
    (self.products, self.values, self.variance) = (products, values, variance)
    var (drawn, drawnValues) = (products, values)
    for index in prior.indices {
      drawn[index][index] += variance / (prior[index] * prior[index])
      drawnValues[index] += variance / prior[index]
    }
    self.drawn = drawn
    // Of the solutions in which some coefficients are zero and none is negative, the best.
    solution = prior
    var best = Double.infinity
    for subset in 1..<1 << prior.count {
      let used = prior.indices.filter { subset & 1 << $0 != 0 }
      let found = Self.solve(drawn, drawnValues, used)
      guard found.allSatisfy({ $0 >= 0 }) else { continue }
      let error = Self.error(drawn, drawnValues, found)
      if error < best { (best, solution) = (error, found) }
    }
  }

  /// The sum of squares of what the solution does not explain, where that of the values is `squares`.
  func error(_ squares: Double) -> Double { max(squares + Self.error(products, values, solution), 0) }

  /// The variance of the sum of `features` times coefficients, as far as what was fitted and the prior leave these open.
  func variance(of features: [Double]) -> Double {
    let solved = Self.solve(drawn, features, Array(features.indices))
    return variance * zip(features, solved).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func error(_ products: [[Double]], _ values: [Double], _ solution: [Double]) -> Double {
    var sum = 0.0
    for row in solution.indices {
      sum -= 2 * solution[row] * values[row]
      for column in solution.indices { sum += solution[row] * products[row][column] * solution[column] }
    }
    return sum
  }

  /// The equations of the coefficients `used`, by elimination; the others are zero.
  private static func solve(_ products: [[Double]], _ values: [Double], _ used: [Int]) -> [Double] {
    var rows = used.map { row in used.map { products[row][$0] } + [values[row]] }
    let count = used.count
    for pivot in 0..<count {
      for row in pivot + 1..<count {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var solution = [Double](repeating: 0, count: values.count)
    for row in (0..<count).reversed() {
      let known = (row + 1..<count).reduce(0.0) { $0 + rows[row][$1] * solution[used[$1]] }
      solution[used[row]] = (rows[row][count] - known) / rows[row][row]
    }
    return solution
  }
}
