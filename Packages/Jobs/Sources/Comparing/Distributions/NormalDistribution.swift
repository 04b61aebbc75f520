import Foundation

/// The standard normal distribution.
enum NormalDistribution {
  /// P(Z ≥ `z`).
  static func above(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

  /// How probable a mean at least so far from zero is where the true one is zero; 1 where there is no error to go by.
  static func twoSided(_ mean: Double, error: Double) -> Double {
    error > 0 && error.isFinite ? 2 * above(abs(mean) / error) : 1
  }

  /// The number that is exceeded with probability `share`, which lies between 0 and 1.
  static func quantile(above share: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if above(middle) > share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

/// Student's t distribution.
enum StudentDistribution {
  /// P(T ≥ `t`) with `degrees` of freedom.
  static func above(_ t: Double, degrees: Double) -> Double {
    let tail = regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
    return t > 0 ? tail : 1 - tail
  }
}
