/// How long the rest of an engine's work will take, from how long its passes took.
///
/// A row of a pass takes time, and so do a position that is scored, a position that is attended to, and a pass by itself,
/// however few rows it has. The four costs are fitted to all passes so far by least squares, none below zero, and drawn to
/// those that are usual the less, the better the passes determine them. The rest's time is its work at these costs, times how
/// slow the latest passes were beside them, because a machine's load changes.
public struct RemainingTime: Sendable {
  /// What takes time, in this order: rows, scored positions, attended positions, passes, and rows that passes lack.
  private typealias Features = [Double]
  /// What a small model takes for each, in rows; a position that is scored is multiplied with the vocabulary.
  private static let usual: Features = [1, 0.25, 1 / 2000, 8, 0.3, 0.7]
  private static let count = usual.count

  /// Sums over passes of products of features with each other and with seconds, each weighed by the inverse of its seconds: a
  /// long pass shows no more of the costs than a short one.
  private var products = Array(repeating: Features(repeating: 0, count: count), count: count)
  private var times = Features(repeating: 0, count: count)
  /// The latest passes' features and seconds, of which earlier ones count less.
  private var recent = Features(repeating: 0, count: count)
  private var recentSeconds = 0.0
  private var observations = 0
  private var last = EngineWork()
  private var lastSeconds = 0.0
  private let rowsPerPass: Double

  /// - Parameter limits: Of the engine, from which the number of passes to come follows.
  public init(_ limits: EngineLimits) {
    rowsPerPass = Double(limits.rowsPerPass)
  }

  /// Takes note of what is done `seconds` after the work began.
  public mutating func observe(_ progress: EngineProgress, at seconds: Double) {
    guard progress.done.passes > last.passes, seconds > lastSeconds else { return }
    let duration = seconds - lastSeconds
    let features = Self.features(of: progress.done - last)
    // By the square of the time since the beginning: the last third has more than half of the weight.
    let fading = (lastSeconds / seconds) * (lastSeconds / seconds)
    for row in 0..<Self.count {
      times[row] += features[row]
      recent[row] = fading * recent[row] + features[row]
      for column in 0..<Self.count { products[row][column] += features[row] * features[column] / duration }
    }
    recentSeconds = fading * recentSeconds + duration
    observations += 1
    (last, lastSeconds) = (progress.done, seconds)
  }

  /// Seconds that the rest takes, at least and at most; `nil` before anything is observed. One number, where the lengths of
  /// answers are known from others, and where chance and what the passes so far leave open of the costs leave it within a
  /// quarter.
  public func secondsLeft(_ progress: EngineProgress) -> ClosedRange<Double>? {
    guard observations > 0 else { return nil }
    let fit = fit()
    let slowness = recentSeconds / Self.dot(recent, fit.solution)
    let (least, most) = progress.workLeft(rowsPerPass: rowsPerPass)
    let (fewest, largest) = (Self.features(of: least), Self.features(of: most))
    let shortest = slowness * Self.dot(fewest, fit.solution)
    let longest = max(slowness * Self.dot(largest, fit.solution), shortest)
    guard progress.knowsLengths else { return shortest...longest }
    let middle = (shortest + longest) / 2
    guard middle > 0, progress.hasOpenAnswers else { return middle...middle }
    let chance = (longest - shortest) / 2 / middle
    let costs = relativeSpread(zip(fewest, largest).map { $0 + $1 }, seconds: middle, fit)
    let lengths = Self.likely * (Self.lengthVariance / Double(progress.fewestEnded)).squareRoot()
    let spread = (chance * chance + costs * costs + lengths * lengths).squareRoot()
    return spread <= 0.25 ? middle...middle : middle * max(1 - spread, 0)...middle * (1 + spread)
  }

  /// An interval around the mean within which 4/5 of a normal distribution lie, in standard deviations.
  private static let likely = 1.28
  /// Of answers' lengths over the square of their mean, where their standard deviation is 0.55 of that.
  private static let lengthVariance = 0.3

  /// By what share the rest's time may differ with a probability of 4/5, because passes vary and the costs are not known well.
  /// What the rest has as the latest passes had it is known from them, whatever its costs.
  private func relativeSpread(_ rest: Features, seconds: Double, _ fit: LeastSquares) -> Double {
    let (whole, latest) = (Self.dot(rest, fit.solution), Self.dot(recent, fit.solution))
    guard whole > 0, seconds > 0 else { return 0 }
    let difference = zip(rest, recent).map { $0 / whole - $1 / latest }
    return Self.likely
      * (fit.variance(of: difference) + fit.variance * (1 / recentSeconds + 1 / seconds)).squareRoot()
  }

  /// The distribution behind a token that is generated is scored.
  private static func features(of work: EngineWork) -> Features {
    let rows = Double(work.tokensRead + work.tokensGenerated)
    let missing = MissingRows(passes: Double(work.passes), rows: rows)
    return [
      rows, Double(work.positionsScored + work.tokensGenerated), Double(work.positionsAttended),
      Double(work.passes), missing.few, missing.many,
    ]
  }

  private static func features(of work: WorkLeft) -> Features {
    [
      work.rows, work.positionsScored + work.tokensGenerated, work.positionsAttended, work.passes,
      work.missing.few, work.missing.many,
    ]
  }

  private static func dot(_ features: Features, _ costs: Features) -> Double {
    zip(features, costs).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Seconds of each feature.
  private func fit() -> LeastSquares {
    let scale = lastSeconds / Self.dot(times, Self.usual)
    let usual = Self.usual.map { scale * $0 }
    // A fit to a few passes hits them whatever they are, and shows nothing of how much they vary.
    let variation =
      observations < 10
      ? 0.1 * lastSeconds / Double(observations)
      : LeastSquares(products, times, drawnTo: usual, by: 1e-9 * lastSeconds)
        .error(lastSeconds) / Double(observations - Self.count)
    // As if passes varied twice as much: a machine that others use is slow for several of them in a row.
    return LeastSquares(products, times, drawnTo: usual, by: max(4 * variation, 1e-9 * lastSeconds))
  }
}

/// How many rows passes have less than 8 and less than 32, where all are alike.
///
/// A pass reads all weights, however few rows it has, so that a few rows less make it no shorter; how many, is the machine's.
struct MissingRows {
  var few = 0.0
  var many = 0.0

  init() {}

  init(passes: Double, rows: Double) {
    few = max(8 * passes - rows, 0)
    many = max(32 * passes - rows, 0)
  }

  static func += (missing: inout MissingRows, other: MissingRows) {
    missing.few += other.few
    missing.many += other.many
  }
}
