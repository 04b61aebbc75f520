import Foundation

/// A number that a sample of positions stands for, and how sure it is.
public struct Estimate: Sendable, Equatable {
  public var value: Double
  /// As if positions were independent; `nil` for fewer than two.
  public var standardError: Double?
  /// With documents, or windows of a text, as what is drawn: positions of one are alike. `nil` for fewer than two.
  public var clusteredError: Double?

  /// The mean of `values`, of which each of `clusters` is a run.
  ///
  /// - Source: standard error s / √n with n − 1 in s, as llama-perplexity states; clusters by linearisation of the ratio of
  ///   sums, Cochran 1977, *Sampling Techniques*, §3.12.
  init(meanOf values: [Double], clusters: [Range<Int>] = []) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    value = mean
    func squares(_ deviations: some Sequence<Double>) -> Double { deviations.reduce(0) { $0 + $1 * $1 } }
    if values.count > 1 {
      standardError = (squares(values.lazy.map { $0 - mean }) / (count - 1) / count).squareRoot()
    }
    if clusters.count > 1 {
      let sums = clusters.map { values[$0].reduce(0) { $0 + $1 - mean } }
      let number = Double(clusters.count)
      clusteredError = (squares(sums) * number / (number - 1)).squareRoot() / count
    }
  }

  private init(_ value: Double, _ standardError: Double?, _ clusteredError: Double?) {
    self.value = value
    self.standardError = standardError
    self.clusteredError = clusteredError
  }

  /// `change` of the number, which multiplies its errors by `slope`, to first order.
  func mapped(_ change: (Double) -> Double, slope: Double) -> Estimate {
    Estimate(
      change(value), standardError.map { $0 * abs(slope) }, clusteredError.map { $0 * abs(slope) })
  }

  /// Its exponential.
  var exponential: Estimate { mapped(exp, slope: exp(value)) }
}

/// Values of many positions: their mean, and where they lie.
public struct Distribution: Sendable, Equatable {
  public let mean: Estimate
  private let sorted: [Double]

  /// - Precondition: There is a value.
  init(_ values: [Double], clusters: [Range<Int>]) {
    precondition(!values.isEmpty, "a distribution of no values")
    mean = Estimate(meanOf: values, clusters: clusters)
    sorted = values.sorted()
  }

  public var minimum: Double { sorted[0] }
  public var maximum: Double { sorted[sorted.count - 1] }

  /// The value below which `fraction` of all lie, between the nearest two in proportion, as llama-perplexity and NumPy have
  /// it.
  public func quantile(_ fraction: Double) -> Double {
    let place = min(max(fraction, 0), 1) * Double(sorted.count - 1)
    let below = Int(place)
    let part = place - Double(below)
    return (1 - part) * sorted[below] + part * sorted[min(below + 1, sorted.count - 1)]
  }
}
