import Evaluations
import Foundation
import TensorCore

/// How far a candidate is from a reference, over the positions of some documents.
///
/// The numbers are those that llama-perplexity prints for `--kl-divergence`, over the whole vocabulary.
public struct DivergenceStatistics: Sendable {
  /// Rows: distributions that were compared.
  public let rows: Int
  /// Tokens whose log-probabilities were compared.
  public let tokens: Int
  /// The divergence of the candidate from the reference, in nats a row; `nil` where the reference's distributions are not
  /// known, as of a recorded run.
  public let divergence: Distribution?
  /// The share of rows at which both find the same id most probable. Its error is that of a binomial share.
  public let sameTop: Estimate
  /// The candidate's probability of the token less the reference's.
  public let probabilityChange: Distribution
  /// The root of the mean square of that.
  public let rootMeanSquareChange: Estimate
  public let referencePerplexity: Estimate
  public let candidatePerplexity: Estimate
  /// The mean difference of log-probabilities in nats, reference less candidate: the logarithm of the perplexities' ratio.
  /// Its errors are those of paired differences.
  public let logPerplexityRatio: Estimate
  /// The correlation of the models' log-probabilities, from −1 to 1; `nil` where one of them is the same at every token.
  public let correlation: Double?

  /// exp of ``logPerplexityRatio``.
  public var perplexityRatio: Estimate { logPerplexityRatio.exponential }

  /// - Parameter documents: At least one, with tokens.
  init(
    of candidate: RowComparison.Candidate, from reference: RowDivergences.Side,
    over documents: [ComparedDocument]
  ) {
    let rows = documents.flatMap(\.rows)
    let targets = documents.flatMap { $0.tokens.map(\.place.target) }
    let (rowRuns, tokenRuns) = (documents.runs { $0.rows.count }, documents.runs { $0.tokens.count })
    let (own, other) = (reference.targetLogProbability, candidate.reading.targetLogProbability)
    self.rows = rows.count
    tokens = targets.count
    divergence =
      candidate.divergence.isEmpty
      ? nil : Distribution(rows.map { candidate.divergence[$0] }, clusters: rowRuns)
    sameTop = Estimate(
      meanOf: rows.map { candidate.reading.argmax[$0] == reference.argmax[$0] ? 1 : 0 }, clusters: rowRuns)
    let changes = targets.map { exp(other[$0]) - exp(own[$0]) }
    probabilityChange = Distribution(changes, clusters: tokenRuns)
    let square = Estimate(meanOf: changes.map { $0 * $0 }, clusters: tokenRuns)
    let root = square.value.squareRoot()
    rootMeanSquareChange = square.mapped({ _ in root }, slope: root > 0 ? 0.5 / root : 0)
    referencePerplexity = Estimate(meanOf: targets.map { -own[$0] }, clusters: tokenRuns).exponential
    candidatePerplexity = Estimate(meanOf: targets.map { -other[$0] }, clusters: tokenRuns).exponential
    logPerplexityRatio = Estimate(meanOf: targets.map { own[$0] - other[$0] }, clusters: tokenRuns)
    correlation = Self.correlation(targets.map { own[$0] }, targets.map { other[$0] })
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
    let (first, second) = (Estimate(meanOf: a).value, Estimate(meanOf: b).value)
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (a, b) in zip(a, b) {
      product += (a - first) * (b - second)
      squareA += (a - first) * (a - first)
      squareB += (b - second) * (b - second)
    }
    let scale = (squareA * squareB).squareRoot()
    return scale > 0 ? product / scale : nil
  }
}

extension [ComparedDocument] {
  /// Where the values of each document lie among those of all, as far as it has some.
  fileprivate func runs(_ count: (ComparedDocument) -> Int) -> [Range<Int>] {
    var end = 0
    return map { document in
      defer { end += count(document) }
      return end..<end + count(document)
    }.filter { !$0.isEmpty }
  }
}
