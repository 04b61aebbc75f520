internal import Foundation

/// The learning rate of each update: phases one after the other, each a ramp or a plateau.
///
/// Updates are counted from zero: `schedule(0)` is the rate of the first. Rates are computed in float64; the original
/// system computed them in float32, so the two agree within 2⁻²² of the highest rate.
public struct Schedule: Sendable, Equatable {
  private struct Phase: Sendable, Equatable {
    enum Curve { case linear, cosine }
    var start: Int
    /// In updates; a phase without length stays at `from`.
    var length: Int
    var from: Double
    var to: Double
    var curve = Curve.linear

    func rate(at update: Int) -> Double {
      guard length > 0 else { return from }
      let share = min(1, Double(update - start) / Double(length))
      return switch curve {
      case .linear: from + (to - from) * share
      case .cosine: to + (from - to) * (1 + cos(.pi * share)) / 2
      }
    }
  }

  /// In order of their starts, the first at zero.
  private var phases: [Phase]

  /// The learning rate of an update; after the last phase, the rate that it ended at.
  ///
  /// - Precondition: `update` is not negative.
  public func callAsFunction(_ update: Int) -> Double {
    precondition(update >= 0, "a schedule has no update \(update)")
    return phases.last { $0.start <= update }?.rate(at: update) ?? 0
  }

  /// The same rate for every update.
  public static func constant(_ rate: Double) -> Schedule {
    Schedule(phases: [Phase(start: 0, length: 0, from: rate, to: rate)])
  }

  /// Warm-up, plateau, decay: from a hundredth of `rate` to all of it, and back at the end of `steps`.
  ///
  /// - Parameters:
  ///   - warmup: The ramp's length in updates.
  ///   - decay: The length of the ramp down in updates.
  /// - Source: Hu et al. 2024, *MiniCPM*, §4, with linear ramps.
  public static func wsd(rate: Double, steps: Int, warmup: Int, decay: Int) -> Schedule {
    let least = 0.01 * rate
    return Schedule(phases: [
      Phase(start: 0, length: warmup, from: least, to: rate),
      Phase(start: warmup, length: 0, from: rate, to: rate),
      Phase(start: max(warmup, steps - decay), length: decay, from: rate, to: least),
    ])
  }

  /// Warm-up, plateau, decay to `last`, and a plateau there for the last `constant` of all `steps`.
  ///
  /// - Parameter first: The rate at which the warm-up begins.
  public static func wsds(
    rate: Double, steps: Int, warmup: Int, decay: Int, constant: Int, first: Double, last: Double
  ) -> Schedule {
    Schedule(phases: [
      Phase(start: 0, length: warmup, from: first, to: rate),
      Phase(start: warmup, length: 0, from: rate, to: rate),
      Phase(start: max(warmup, steps - constant - decay), length: decay, from: rate, to: last),
      Phase(start: max(warmup + decay, steps - constant), length: 0, from: last, to: last),
    ])
  }

  /// Warm-up from `least` to `rate`, then half a cosine down to `least` at the end of `steps`.
  ///
  /// - Source: Loshchilov and Hutter 2016, *SGDR*, eq. 5, without restarts.
  public static func cosine(rate: Double, steps: Int, warmup: Int, least: Double) -> Schedule {
    Schedule(phases: [
      Phase(start: 0, length: warmup, from: least, to: rate),
      Phase(start: warmup, length: steps - warmup, from: rate, to: least, curve: .cosine),
    ])
  }

  /// A warm-up and half a cosine for each stage of `stageSteps` updates.
  ///
  /// As in the original system, every warm-up begins at `leastShare` of `rate`, and every cosine ends at `leastShare`
  /// of its own peak: `rate` in the first stage, `rewarmRate` in the others.
  ///
  /// - Parameters:
  ///   - warmupShare: The part of a stage that warms up; at least one update.
  ///   - leastShare: The lowest rate as a part of the peak.
  public static func cosineRewarm(
    rate: Double, rewarmRate: Double, stageSteps: [Int], warmupShare: Double, leastShare: Double
  ) -> Schedule {
    var phases: [Phase] = []
    var start = 0
    for (stage, given) in stageSteps.enumerated() {
      let steps = max(1, given)
      let warmup = max(1, Int(Double(steps) * warmupShare))
      let peak = stage == 0 ? rate : rewarmRate
      phases.append(Phase(start: start, length: warmup, from: rate * leastShare, to: peak))
      if warmup < steps {
        phases.append(
          Phase(
            start: start + warmup, length: steps - warmup, from: peak, to: peak * leastShare, curve: .cosine))
      }
      start += steps
    }
    return Schedule(phases: phases)
  }
}
