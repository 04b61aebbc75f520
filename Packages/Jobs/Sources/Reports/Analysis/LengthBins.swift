/// Accuracy by the length of the prompt, in bins of about as many samples each.
struct LengthBins: Sendable, Equatable {
  struct Bin: Sendable, Equatable {
    /// In tokens.
    var lengths: ClosedRange<Int>
    var accuracy: Proportion
  }

  let bins: [Bin]
  private static let most = 6
  private static let leastSamples = 5

  /// - Returns: `nil` where all samples have one length, or there are too few to tell lengths apart.
  init?(_ samples: [(length: Int, isRight: Bool)]) {
    let sorted = samples.sorted { $0.length < $1.length }
    let count = min(Self.most, sorted.count / Self.leastSamples)
    guard count > 1, sorted[0].length < sorted[sorted.count - 1].length else { return nil }
    var bins: [Bin] = []
    var start = 0
    for bin in 1...count {
      // Samples of one length stay together.
      var end = max(start, bin * sorted.count / count)
      while end > 0, end < sorted.count, sorted[end].length == sorted[end - 1].length { end += 1 }
      guard end > start else { continue }
      let part = sorted[start..<end]
      bins.append(
        Bin(
          lengths: sorted[start].length...sorted[end - 1].length,
          accuracy: Proportion(hits: part.count { $0.isRight }, count: part.count)))
      start = end
    }
    self.bins = bins
  }
}
