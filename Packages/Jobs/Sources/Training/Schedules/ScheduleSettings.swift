public import Configurate

/// Which schedule of the learning rate a trainer follows.
public struct ScheduleSettings: Settings {
  /// The schedules that there are, by their names in settings; see ``Schedule``.
  public enum Kind: String, Sendable, CaseIterable, SettingValue {
    case constant, wsd, wsds, cosine
    case cosineRewarm = "cosine_rewarm"
  }

  @Setting("optimization/schedule", help: "How the learning rate changes during training")
  public var kind = Kind.wsd
  @Setting("optimization/lr", help: "Highest learning rate")
  public var rate = 3e-4
  @Setting(
    "optimization/warmup_pct",
    help: "Part of all updates in which the rate rises, rounded down to whole updates")
  public var warmupShare = 0.005
  @Setting(
    "optimization/decay_pct",
    help: "Part of all updates in which the rate falls, rounded down to whole updates")
  public var decayShare = 0.01
  @Setting("optimization/constant_pct", help: "'wsds': part of all updates on the plateau after the decay")
  public var constantShare = 0.5
  @Setting(
    "optimization/warmup_lr_mult", help: "'wsds': rate at which the warm-up begins, as a part of the highest")
  public var firstShare = 0.01
  @Setting(
    "optimization/decay_lr_mult", help: "'wsds': rate at which the decay ends, as a part of the highest")
  public var lastShare = 0.1
  @Setting(
    "optimization/min_lr_mult", help: "'cosine' and 'cosine_rewarm': lowest rate as a part of the highest")
  public var leastShare = 0.01
  @Setting("optimization/rewarm_lr", help: "'cosine_rewarm': highest rate of every stage but the first")
  public var rewarmRate = 1e-4

  public init() {}

  /// The schedule of a run.
  ///
  /// - Parameter stageSteps: The updates of each stage; only `cosine_rewarm` distinguishes stages.
  /// - Throws: ``TrainingError`` for a rate or a part that cannot be one, or phases longer than the run.
  public func schedule(stageSteps: [Int]) throws(TrainingError) -> Schedule {
    try validate()
    let steps = stageSteps.reduce(0, +)
    func updates(_ share: Double) -> Int { Int(Double(steps) * share) }
    return switch kind {
    case .constant: .constant(rate)
    case .wsd: .wsd(rate: rate, steps: steps, warmup: updates(warmupShare), decay: updates(decayShare))
    case .wsds:
      .wsds(
        rate: rate, steps: steps, warmup: updates(warmupShare), decay: updates(decayShare),
        constant: updates(constantShare), first: rate * firstShare, last: rate * lastShare)
    case .cosine:
      .cosine(rate: rate, steps: steps, warmup: updates(warmupShare), least: rate * leastShare)
    case .cosineRewarm:
      .cosineRewarm(
        rate: rate, rewarmRate: rewarmRate, stageSteps: stageSteps, warmupShare: warmupShare,
        leastShare: leastShare)
    }
  }

  private func validate() throws(TrainingError) {
    for (key, value) in [("lr", rate), ("rewarm_lr", rewarmRate)] where !(value.isFinite && value >= 0) {
      throw TrainingError(
        .setting(key: "optimization/\(key)", expected: "a number not below 0", found: "\(value)"))
    }
    for (key, value) in [
      ("warmup_pct", warmupShare), ("decay_pct", decayShare), ("constant_pct", constantShare),
      ("warmup_lr_mult", firstShare), ("decay_lr_mult", lastShare), ("min_lr_mult", leastShare),
    ] where !(0...1).contains(value) {
      throw TrainingError(
        .setting(key: "optimization/\(key)", expected: "within 0 and 1", found: "\(value)"))
    }
    let total =
      switch kind {
      case .wsd: warmupShare + decayShare
      case .wsds: warmupShare + decayShare + constantShare
      default: 0.0
      }
    guard total <= 1 else {
      throw TrainingError(.phases(schedule: kind.rawValue, sum: total))
    }
  }
}
