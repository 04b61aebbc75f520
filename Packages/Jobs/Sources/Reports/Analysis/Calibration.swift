import Foundation

/// Whether choices are right as often as the model believes.
///
/// - Source: Guo et al. 2017, *On Calibration of Modern Neural Networks*, eq. 3: ten bins of equal width.
struct Calibration: Sendable, Equatable {
  struct Bin: Sendable, Equatable {
    var accuracy: Proportion
    /// The mean of what the model gave its choice.
    var confidence: Double
  }

  /// Those that hold a sample, by confidence.
  let bins: [Bin]
  /// The mean distance of confidence and accuracy over the samples.
  let expectedError: Double

  private static let count = 10

  /// - Parameter choices: What the model gave the option that it chose, and whether that was right.
  /// - Returns: `nil` without choices.
  init?(_ choices: [(confidence: Double, isRight: Bool)]) {
    guard !choices.isEmpty else { return nil }
    var sums = [(hits: Int, count: Int, confidence: Double)](repeating: (0, 0, 0), count: Self.count)
    for choice in choices {
      let bin = min(Int(choice.confidence * Double(Self.count)), Self.count - 1)
      sums[bin].hits += choice.isRight ? 1 : 0
      sums[bin].count += 1
      sums[bin].confidence += choice.confidence
    }
    bins = sums.filter { $0.count > 0 }.map { sum in
      Bin(
        accuracy: Proportion(hits: sum.hits, count: sum.count), confidence: sum.confidence / Double(sum.count)
      )
    }
    expectedError =
      bins.reduce(0) { total, bin in
        total + Double(bin.accuracy.count) * abs(bin.accuracy.value - bin.confidence)
      } / Double(choices.count)
  }
}
