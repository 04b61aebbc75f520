import Evaluations
import Jobs

/// What an engine reports, as a job's progress: tokens that are computed, and the time that is left.
struct ProgressEstimate {
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now
  private var remaining: RemainingTime
  private let cacheHits: Int
  /// The latest estimate, and when it was made.
  private var estimate: (total: Int, secondsLeft: ClosedRange<Double>?)?
  private var seconds = 0.0

  /// - Parameter cacheHits: Requests that have their responses from the journal.
  init(_ limits: EngineLimits, cacheHits: Int) {
    remaining = RemainingTime(limits)
    self.cacheHits = cacheHits
  }

  mutating func report(_ progress: EngineProgress) -> JobProgress {
    let now = (clock.now - start) / .seconds(1)
    remaining.observe(progress, at: now)
    // An estimate may take longer than a small model's pass.
    if estimate == nil || now - seconds > 0.25 || progress.completed == progress.requests {
      estimate = (progress.totalTokens, remaining.secondsLeft(progress))
      seconds = now
    }
    return JobProgress(
      unit: "tokens", completed: progress.tokens, total: max(estimate?.total ?? 0, progress.tokens),
      detail: "\(cacheHits + progress.completed)/\(cacheHits + progress.requests) requests",
      secondsLeft: estimate?.secondsLeft)
  }
}
