import Evaluations
import Jobs

/// What an engine reports, as a job's progress: tokens that are computed, and the time that is left.
struct ProgressEstimate {
  private let clock = ContinuousClock()
  private let start = ContinuousClock.now
  private var remaining: RemainingTime
  private let cacheHits: Int

  /// - Parameter cacheHits: Requests that have their responses from the journal.
  init(_ limits: EngineLimits, cacheHits: Int) {
    remaining = RemainingTime(limits)
    self.cacheHits = cacheHits
  }

  mutating func report(_ progress: EngineProgress) -> JobProgress {
    remaining.observe(progress, at: (clock.now - start) / .seconds(1))
    return JobProgress(
      unit: "tokens", completed: progress.tokens, total: progress.totalTokens,
      detail: "\(cacheHits + progress.completed)/\(cacheHits + progress.requests) requests",
      secondsLeft: remaining.secondsLeft(progress))
  }
}
