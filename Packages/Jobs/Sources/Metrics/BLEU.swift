import Foundation

/// The geometric mean of the precisions of runs of one to four words, for a corpus; a text shorter than its reference pays.
///
/// An order without a match counts as half a match, the next as a quarter (smoothing `exp`).
///
/// - Source: Papineni et al. 2002, *BLEU*; sacrebleu 2, `corpus_bleu` with its defaults.
public struct BLEU: CorpusScore {
  public var tokenizer: SegmentTokenizer
  /// The longest run.
  private static let order = 4

  public init(_ tokenizer: SegmentTokenizer = .v13a) { self.tokenizer = tokenizer }

  /// The words of the hypothesis and of the reference nearest to it in length, then of each order the matches, then of
  /// each order all.
  public func statistics(of hypothesis: String, references: [String]) -> [Double] {
    let words = tokenizer(hypothesis)
    let others = references.map { tokenizer($0) }
    let nearest = others.map(\.count).min { a, b in
      (abs(a - words.count), a) < (abs(b - words.count), b)
    }
    var matches: [Double] = []
    var totals: [Double] = []
    for length in 1...Self.order {
      let known = others.map { counts($0.runs(of: length)) }
      var (match, total) = (0, 0)
      for (run, count) in counts(words.runs(of: length)) {
        total += count
        match += min(count, known.map { $0[run] ?? 0 }.max() ?? 0)
      }
      matches.append(Double(match))
      totals.append(Double(total))
    }
    return [Double(words.count), Double(nearest ?? 0)] + matches + totals
  }

  public func score(_ statistics: [Double]) -> Double {
    guard statistics.count == 2 + 2 * Self.order else { return 0 }
    let (length, reference) = (statistics[0], statistics[1])
    let matches = statistics[2..<2 + Self.order]
    let totals = statistics[(2 + Self.order)...]
    guard matches.contains(where: { $0 > 0 }) else { return 0 }
    let penalty = length < reference ? (length > 0 ? exp(1 - reference / length) : 0) : 1
    var smoothing = 1.0
    var logarithms = 0.0
    var isCounting = true
    for (match, total) in zip(matches, totals) {
      if total == 0 { isCounting = false }
      guard isCounting else {
        // sacrebleu's logarithm of 0.
        logarithms += -9_999_999_999
        continue
      }
      if match == 0 { smoothing *= 2 }
      logarithms += log(match == 0 ? 100 / (smoothing * total) : 100 * match / total)
    }
    return penalty * exp(logarithms / Double(Self.order))
  }
}
