import Foundation
import TensorCore

/// The mean of paired differences, how sure it is, and whether it is other than zero.
///
/// - Source: Efron 1979, percentile intervals; 10 000 resamples of the pairs from a fixed random stream, so that the same
///   samples always give the same numbers.
public struct PairedBootstrap: Sendable, Equatable {
  public let mean: Double
  /// 95 % of the resampled means lie between these.
  public let low: Double
  public let high: Double
  /// Twice the share of resampled means on the other side of zero, at least 2 in 10 001.
  public let pValue: Double

  private static let resamples = 10_000

  /// - Precondition: There is a difference.
  init(_ differences: [Double]) {
    precondition(!differences.isEmpty, "a bootstrap needs a sample")
    let count = differences.count
    mean = differences.reduce(0, +) / Double(count)
    let key = RandomKey(seed: 0)
    var means = (0..<Self.resamples).map { resample in
      let draws = key.folded(UInt64(resample)).bits(count)
      return draws.reduce(0) { $0 + differences[Int((UInt64($1) * UInt64(count)) >> 32)] } / Double(count)
    }
    means.sort()
    low = means[Int((0.025 * Double(Self.resamples)).rounded(.down))]
    high = means[Int((0.975 * Double(Self.resamples)).rounded(.up)) - 1]
    let (below, above) = (means.count { $0 <= 0 }, means.count { $0 >= 0 })
    pValue = min(1, 2 * Double(min(below, above) + 1) / Double(Self.resamples + 1))
  }
}
