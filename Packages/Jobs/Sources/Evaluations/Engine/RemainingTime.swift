/// How long the rest of an engine's work will take, from how long its passes took.
///
/// A pass takes time of its own, and more for each row and for each row that is scored. The three factors are fitted to the
/// passes so far by least squares, none below zero, where a pass that is long ago weighs less.
public struct RemainingTime: Sendable {
  /// Sums over observations of products of (passes, rows, scored rows) with each other and with seconds.
  private var products: [[Double]] = Array(repeating: [0, 0, 0], count: 3)
  private var times: [Double] = [0, 0, 0]
  private var last = EngineWork()
  private var lastSeconds = 0.0
  private let rowsPerPass: Double

  /// - Parameter limits: Of the engine, from which the number of passes to come follows.
  public init(_ limits: EngineLimits) {
    rowsPerPass = Double(limits.rowsPerPass)
  }

  /// Takes note of what is done `seconds` after the work began.
  public mutating func observe(_ progress: EngineProgress, at seconds: Double) {
    let done = progress.done
    guard done.passes > last.passes, seconds > lastSeconds else { return }
    let features = Self.features(
      passes: done.passes - last.passes,
      rows: done.tokensRead + done.tokensGenerated - last.tokensRead - last.tokensGenerated,
      scored: done.positionsScored - last.positionsScored)
    // A long observation says no more about the factors than a short one: each is weighed by its length's inverse. And by
    // when it was made, by the square of the time since the beginning, because a machine's load changes.
    let weight = 1 / (seconds - lastSeconds)
    let fading = (lastSeconds / seconds) * (lastSeconds / seconds)
    for row in 0..<3 {
      times[row] = fading * times[row] + features[row]
      for column in 0..<3 {
        products[row][column] = fading * products[row][column] + weight * features[row] * features[column]
      }
    }
    (last, lastSeconds) = (done, seconds)
  }

  /// Seconds that the rest takes, at least and at most; `nil` before anything is observed.
  public func secondsLeft(_ progress: EngineProgress) -> ClosedRange<Double>? {
    guard let factors = factors() else { return nil }
    let read = Double(max(progress.planned.tokensRead - progress.done.tokensRead, 0))
    let scored = Double(max(progress.planned.positionsScored - progress.done.positionsScored, 0))
    func seconds(_ left: GenerationLeft) -> Double {
      factors[0] * (read / rowsPerPass + left.passes) + factors[1] * (read + left.tokens)
        + factors[2] * scored
    }
    let (least, most) = progress.generationLeft(sideBySide: progress.sideBySide)
    let (shortest, longest) = (seconds(least), seconds(most))
    // Passes that only read say little about those that generate, which may take as long.
    let unknown = progress.done.tokensGenerated == 0 ? most.passes * lastSeconds / Double(last.passes) : 0
    return shortest...max(longest, shortest + unknown)
  }

  private static func features(passes: Int, rows: Int, scored: Int) -> [Double] {
    [Double(passes), Double(rows), Double(scored)]
  }

  /// Seconds a pass, a row and a scored row: of the fits in which some of them are zero and none is negative, the best.
  private func factors() -> [Double]? {
    var best: (error: Double, factors: [Double])?
    for used in [[0, 1, 2], [0, 1], [0, 2], [1, 2], [0], [1], [2]] {
      guard let solution = solve(used), solution.allSatisfy({ $0 >= 0 }) else { continue }
      var factors = [0.0, 0, 0]
      for (index, value) in zip(used, solution) { factors[index] = value }
      let error = self.error(factors)
      if error < best?.error ?? .infinity { best = (error, factors) }
    }
    return best?.factors
  }

  /// The weighed sum of squares of what `factors` do not explain, but for a constant.
  private func error(_ factors: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<3 {
      sum -= 2 * factors[row] * times[row]
      for column in 0..<3 { sum += factors[row] * products[row][column] * factors[column] }
    }
    return sum
  }

  /// The normal equations in the features `used`, by elimination; `nil` where they do not determine the factors.
  private func solve(_ used: [Int]) -> [Double]? {
    var rows = used.map { row in used.map { products[row][$0] } + [times[row]] }
    let count = used.count
    for pivot in 0..<count {
      let scale = products[used[pivot]][used[pivot]]
      guard scale > 0, rows[pivot][pivot] > 1e-9 * scale else { return nil }
      for row in pivot + 1..<count {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in pivot...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    var solution = Array(repeating: 0.0, count: count)
    for row in (0..<count).reversed() {
      let known = (row + 1..<count).reduce(0.0) { $0 + rows[row][$1] * solution[$1] }
      solution[row] = (rows[row][count] - known) / rows[row][row]
    }
    return solution
  }
}
