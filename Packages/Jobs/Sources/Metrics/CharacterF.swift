import Templating

/// F₂ of runs of one to six characters without white space and, for chrF++, of one and two words.
///
/// - Source: Popović 2015, *chrF*; 2017, *chrF++*; sacrebleu 2, `corpus_chrf` with its defaults.
public struct CharacterF: CorpusScore {
  private static let characterOrder = 6
  /// The longest run of words: 0 for chrF, 2 for chrF++.
  public var wordOrder: Int
  /// Recall counts as much as this many precisions, squared.
  private static let beta = 2.0

  public init(wordOrder: Int = 0) { self.wordOrder = wordOrder }

  /// Of each order the runs of the hypothesis, those of the reference, and those in both; of the reference with the best
  /// score.
  public func statistics(of hypothesis: String, references: [String]) -> [Double] {
    let own = runs(of: hypothesis)
    let candidates = references.map { reference in
      zip(own, runs(of: reference)).flatMap { own, other in
        let match = own.reduce(0) { $0 + min($1.value, other[$1.key] ?? 0) }
        return [
          Double(other.isEmpty ? 0 : own.values.reduce(0, +)), Double(other.values.reduce(0, +)),
          Double(match),
        ]
      }
    }
    var best = (score: -1.0, statistics: [Double]())
    for candidate in candidates {
      let score = score(candidate)
      if score > best.score { best = (score, candidate) }
    }
    return best.statistics
  }

  public func score(_ statistics: [Double]) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0.0)
    for start in stride(from: 0, to: statistics.count, by: 3) {
      let (own, other, match) = (statistics[start], statistics[start + 1], statistics[start + 2])
      guard own > 0, other > 0 else { continue }
      precision += match / own
      recall += match / other
      orders += 1
    }
    guard orders > 0, precision + recall > 0 else { return 0 }
    precision /= orders
    recall /= orders
    let factor = Self.beta * Self.beta
    let product = (1 + factor) * precision * recall
    return 100 * (product / (factor * precision + recall))
  }

  private func runs(of text: String) -> [[[Word]: Int]] {
    let scalars = text.unicodeScalars.filter { !PythonText.isSpace($0) }.map { Word([$0]) }
    let characters = (1...Self.characterOrder).map { counts(scalars.runs(of: $0).lazy.map(Array.init(_:))) }
    guard wordOrder > 0 else { return characters }
    let words = Self.separated(text)
    return characters + (1...wordOrder).map { counts(words.runs(of: $0).lazy.map(Array.init(_:))) }
  }

  /// The words, without the mark at the end of each or, where there is none, the one at its beginning.
  private static func separated(_ text: String) -> [Word] {
    words(text).flatMap { word in
      let scalars = word.text.unicodeScalars
      guard scalars.count > 1, let first = scalars.first, let last = scalars.last else { return [word] }
      if isASCIIPunctuation(last) { return [Word(scalars.dropLast()), Word([last])] }
      return isASCIIPunctuation(first) ? [Word([first]), Word(scalars.dropFirst())] : [word]
    }
  }

}
