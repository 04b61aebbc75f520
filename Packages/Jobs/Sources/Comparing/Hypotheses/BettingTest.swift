import Foundation

/// A test that may be looked at after every document: two gamblers bet against the two hypotheses of ``PairedTest``.
///
/// One gains where the candidate loses, as long as its loss is more than zero; the other gains where the candidate does not
/// lose, as long as its loss is less than the drop. Where a gambler's hypothesis holds, its capital is a nonnegative
/// supermartingale that begins with 1, which ever reaches 1/α with a probability of at most α, however often and whenever
/// somebody looks. The share of the capital that is staked depends on earlier documents only; that it is the best for the
/// drop and their discordance makes the test quick, and is no condition of its error rates.
///
/// - Source: Waudby-Smith and Ramdas 2024, *Estimating means of bounded random variables by betting*, §3 and B.2; Ville
///   1939 for the bound.
public struct BettingTest: Sendable {
  public let rule: GateRule
  /// How probable a false "fails" may be in this test, one of several perhaps.
  public let alpha: Double
  /// Documents so far, to the first that decided.
  public private(set) var documents = 0
  public private(set) var verdict = Verdict.inconclusive
  private var againstEqual = Capital()
  private var againstDrop = Capital()
  private var squares = Self.priorSquare * Self.priorWeight

  /// Before there are documents: one in ten is discordant, as if three had been seen.
  private static let priorSquare = 0.1
  private static let priorWeight = 3.0
  /// The most of its capital that a gambler can lose at once.
  private static let boldest = 0.9

  /// - Parameter tasks: How many tests there are, of which none may fail falsely.
  public init(_ rule: GateRule, tasks: Int = 1) {
    self.rule = rule
    alpha = rule.alpha / Double(tasks)
  }

  /// Takes the next document, unless there is a verdict.
  ///
  /// - Parameter difference: The candidate's score less the base's, in -1 … 1.
  public mutating func observe(_ difference: Double) {
    guard verdict == .inconclusive else { return }
    let loss = -difference
    let square = squares / (Double(documents) + Self.priorWeight)
    againstEqual.bet(min(Self.boldest, rule.drop / square), on: loss)
    againstDrop.bet(
      min(Self.boldest / (1 - rule.drop), rule.drop / (square + rule.drop * rule.drop)), on: rule.drop - loss)
    squares += loss * loss
    documents += 1
    if againstDrop.pValue <= rule.miss {
      verdict = .passes
    } else if againstEqual.pValue <= alpha {
      verdict = .fails
    }
  }

  /// p-values that hold at every document, the last of all included.
  public var test: PairedTest { PairedTest(worse: againstEqual.pValue, notWorse: againstDrop.pValue) }

  /// What a gambler has, as a logarithm, and the most that it ever had.
  private struct Capital {
    private var logarithm = 0.0
    private var highest = 0.0

    mutating func bet(_ stake: Double, on outcome: Double) {
      logarithm += log1p(stake * outcome)
      highest = max(highest, logarithm)
    }

    var pValue: Double { exp(-highest) }
  }
}
