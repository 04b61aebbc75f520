/// How long the rest of an engine's work will take, from how long its passes took.
///
/// A row of a pass takes time, and so do a position that is scored, a position that is attended to, and a pass by itself,
/// however few rows it has. The four costs are fitted to all passes so far by least squares, none below zero, and drawn to
/// those that are usual the less, the better the passes determine them. The rest's time is its work at these costs, times how
/// slow the latest passes were beside them, because a machine's load changes.
public struct RemainingTime: Sendable {
  /// What takes time, in this order: rows, scored positions, attended positions and passes.
  private typealias Features = [Double]
  /// What a small model takes for each, in rows; a position that is scored is multiplied with the vocabulary.
  private static let usual: Features = [1, 0.25, 1 / 2000, 8]
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
  /// answers are known from others and chance leaves it within a quarter.
  public func secondsLeft(_ progress: EngineProgress) -> ClosedRange<Double>? {
    guard let costs = costs() else { return nil }
    let slowness = recentSeconds / Self.dot(recent, costs)
    func seconds(_ left: WorkLeft) -> Double { slowness * Self.dot(Self.features(of: left), costs) }
    let (least, most) = progress.workLeft(rowsPerPass: rowsPerPass)
    let shortest = seconds(least)
    let longest = max(seconds(most), shortest)
    let middle = (shortest + longest) / 2
    return progress.knowsLengths && longest <= 1.25 * middle ? middle...middle : shortest...longest
  }

  /// The distribution behind a token that is generated is scored.
  private static func features(of work: EngineWork) -> Features {
    [
      work.rows, Double(work.positionsScored + work.tokensGenerated), Double(work.positionsAttended),
      Double(work.passes),
    ]
  }

  private static func features(of work: WorkLeft) -> Features {
    [work.rows, work.positionsScored + work.tokensGenerated, work.positionsAttended, work.passes]
  }

  private static func dot(_ features: Features, _ costs: Features) -> Double {
    zip(features, costs).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Seconds of each feature.
  private func costs() -> Features? {
    guard observations > 0 else { return nil }
    let scale = lastSeconds / Self.dot(times, Self.usual)
    let usual = Self.usual.map { scale * $0 }
    // A fit to a few passes hits them whatever they are, and shows nothing of how much they vary.
    let variation =
      observations < 10
      ? 0.1 * lastSeconds / Double(observations)
      : LeastSquares(products, times, drawnTo: usual, by: 1e-9 * lastSeconds)
        .error(lastSeconds) / Double(observations - Self.count)
    return LeastSquares(products, times, drawnTo: usual, by: max(variation, 1e-9 * lastSeconds)).solution
  }
}

extension EngineWork {
  /// A pass takes as long as one of so many rows, however few it has, because it reads all weights.
  static let leastRows = 32.0

  /// The rows of the passes, of each pass at least ``leastRows``, where all are alike.
  var rows: Double { max(Double(tokensRead + tokensGenerated), Self.leastRows * Double(passes)) }
}
