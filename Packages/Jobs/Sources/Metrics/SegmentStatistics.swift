/// A score of a corpus that is made of counts of its segments, added up.
///
/// So a resample of the corpus costs a sum, and no text is looked at twice.
public protocol CorpusScore: Sendable {
  /// The counts of one segment.
  ///
  /// - Parameter references: At least one.
  func statistics(of hypothesis: String, references: [String]) -> [Double]

  /// The score, from 0 to 100 unless said otherwise, of counts that were added up.
  func score(_ statistics: [Double]) -> Double
}

extension CorpusScore {
  /// The score of some of the segments, one of them as often as it is named.
  public func score(_ segments: [[Double]], at indices: some Sequence<Int>) -> Double {
    var sum = [Double](repeating: 0, count: segments.first?.count ?? 0)
    for index in indices {
      for (position, value) in segments[index].enumerated() { sum[position] += value }
    }
    return score(sum)
  }

  /// The score of a corpus.
  public func callAsFunction(_ segments: [(hypothesis: String, references: [String])]) -> Double {
    let statistics = segments.map { self.statistics(of: $0.hypothesis, references: $0.references) }
    return score(statistics, at: statistics.indices)
  }
}

/// How often each element stands in a sequence.
func counts<Element: Hashable>(_ elements: some Sequence<Element>) -> [Element: Int] {
  elements.reduce(into: [:]) { $0[$1, default: 0] += 1 }
}

extension Array {
  /// All runs of `length` elements.
  func runs(of length: Int) -> [ArraySlice<Element>] {
    length > count ? [] : (0...(count - length)).map { self[$0..<$0 + length] }
  }
}
