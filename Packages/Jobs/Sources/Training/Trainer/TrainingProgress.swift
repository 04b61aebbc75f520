import Dispatch
import Foundation
import Jobs

/// How fast a run of training is, and how far.
struct TrainingProgress {
  /// Updates that were made.
  var updates: Int
  /// How many updates the run has.
  var total: Int
  /// Of the last update, in nats.
  var loss: Double
  /// Predictions that were learned from each second, over the last updates.
  var tokensPerSecond: Double
  /// Until the last update, at that speed.
  var secondsLeft: Double

  /// For people who watch it.
  var shown: JobProgress {
    JobProgress(
      unit: "updates", completed: updates, total: total,
      detail: String(format: "loss %.3f, %.0f tokens/s", loss, tokensPerSecond),
      secondsLeft: secondsLeft.isFinite ? secondsLeft...secondsLeft : nil)
  }
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
