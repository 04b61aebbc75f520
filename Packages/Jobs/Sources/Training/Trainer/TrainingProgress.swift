import Checkpoints
import Dispatch
public import Jobs

/// How far a run of training is, for people who watch it.
public struct TrainingProgress: Sendable {
  /// Updates that were made.
  public var updates: Int
  /// How many updates the run has.
  public var total: Int
  /// Of the last update, in nats.
  public var loss: Double
  /// Predictions that were learned from each second, over the last updates.
  public var tokensPerSecond: Double
  /// Until the last update, at that speed.
  public var secondsLeft: Double
}

/// A job that trains: what can be asked of it beside running it.
public protocol TrainingJob: ResumableJob {
  /// Called after each update.
  var report: (TrainingProgress) -> Void { get set }
  /// Asked after each update: once it is true on a rank, all ranks save a checkpoint and throw ``JobError/Fault/tryAgain``.
  var isToldToStop: () -> Bool { get set }
}

/// Measures the speed of training.
struct Speedometer {
  private var marks: [(time: Double, targets: Int, update: Int)] = []
  private var targets = 0

  private static var now: Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }

  init(update: Int) { marks = [(Self.now, 0, update)] }

  mutating func progress(_ report: UpdateReport, of total: Int) -> TrainingProgress {
    targets += report.targets
    let now = Self.now
    marks.append((now, targets, report.update))
    if marks.count > 64 { marks.removeFirst() }
    let first = marks[0]
    let seconds = max(now - first.time, 1e-9)
    return TrainingProgress(
      updates: report.update, total: total, loss: report.loss ?? .nan,
      tokensPerSecond: Double(targets - first.targets) / seconds,
      secondsLeft: seconds / Double(report.update - first.update) * Double(total - report.update))
  }
}
