import Configurate
import Testing

@testable import Training

/// The rates are those of the original system, which ran on JAX in float32.
@Suite("Schedules")
struct ScheduleTests {
  @Test("wsd ramps up, stays, ramps down and stays down")
  func wsd() throws {
    let settings = settings(.wsd, rate: 0.01) { ($0.warmupShare, $0.decayShare) = (0.25, 0.3) }
    try expect(
      settings, [20],
      [
        9.99998301e-05, 0.00208000001, 0.00405999972, 0.00603999989, 0.0080199996, 0.00999999978,
        0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978,
        0.00999999978, 0.00999999978, 0.00999999978, 0.00834999979, 0.00669999933, 0.0050499998,
        0.00339999981, 0.00175000017, 9.99999975e-05, 9.99999975e-05, 9.99999975e-05, 9.99999975e-05,
      ])
  }

  @Test("wsd has the original defaults")
  func wsdDefaults() throws {
    let schedule = try ScheduleSettings().schedule(stageSteps: [1000])
    for (update, rate) in [
      (0, 3.00002284e-06),
      (1, 6.2400024e-05),
      (2, 0.000121800011),
      (4, 0.000240600028),
      (5, 0.000300000014),
      (6, 0.000300000014),
      (500, 0.000300000014),
      (988, 0.000300000014),
      (989, 0.000300000014),
      (990, 0.000299999985),
      (991, 0.000270299992),
      (995, 0.000151499989),
      (999, 3.27000052e-05),
      (1000, 3.00000011e-06),
      (1001, 3.00000011e-06),
      (5000, 3.00000011e-06),
    ] {
      #expect(abs(schedule(update) - rate) <= 3e-4 * 0x1p-22, "update \(update)")
    }
  }

  @Test("wsd without ramps is constant")
  func wsdWithoutRamps() throws {
    let settings = settings(.wsd, rate: 0.01) { ($0.warmupShare, $0.decayShare) = (0, 0) }
    try expect(settings, [10], Array(repeating: 0.01, count: 12))
  }

  @Test("wsds stays at the end of its decay")
  func wsds() throws {
    let settings = settings(.wsds, rate: 0.01) {
      ($0.warmupShare, $0.decayShare, $0.constantShare) = (0.1, 0.2, 0.4)
    }
    try expect(
      settings, [40],
      [
        9.99998301e-05, 0.00257499982, 0.0050499998, 0.00752499979, 0.00999999978, 0.00999999978,
        0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978,
        0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978, 0.00999999978, 0.00887499936,
        0.00774999987, 0.00662499992, 0.00549999997, 0.00437500002, 0.00325000007, 0.00212500012,
        0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005,
        0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005,
        0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005,
        0.00100000005, 0.00100000005,
      ])
  }

  @Test("wsds without a decay steps down")
  func wsdsWithoutDecay() throws {
    let settings = settings(.wsds, rate: 1) {
      ($0.warmupShare, $0.decayShare, $0.constantShare) = (0, 0, 0.5)
    }
    try expect(settings, [4], [1, 1, 0.1, 0.1, 0.1])
  }

  @Test("cosine_rewarm warms up again in each stage")
  func cosineRewarm() throws {
    let settings = settings(.cosineRewarm, rate: 0.01) {
      ($0.rewarmRate, $0.leastShare, $0.warmupShare) = (0.004, 0.1, 0.2)
    }
    try expect(
      settings, [20],
      [
        0.00100000016, 0.00325000007, 0.00549999997, 0.00774999987, 0.00999999978, 0.00991353393,
        0.00965745747, 0.00924161263, 0.00868198089, 0.00800006557, 0.00722207548, 0.00637790607,
        0.0054999995, 0.0046220934, 0.00377792399, 0.0029999332, 0.00231801951, 0.0017583865, 0.00134254165,
        0.00108646601, 0.00100000005, 0.00100000005, 0.00100000005, 0.00100000005,
      ])
    try expect(
      settings, [20, 10, 10],
      [
        0.00100000016, 0.00325000007, 0.00549999997, 0.00774999987, 0.00999999978, 0.00991353393,
        0.00965745747, 0.00924161263, 0.00868198089, 0.00800006557, 0.00722207548, 0.00637790607,
        0.0054999995, 0.0046220934, 0.00377792399, 0.0029999332, 0.00231801951, 0.0017583865, 0.00134254165,
        0.00108646601, 0.00100000016, 0.00250000018, 0.00400000019, 0.00386298331, 0.00347279245,
        0.00288883038, 0.00219999999, 0.00151116971, 0.000927207875, 0.00053701672, 0.00100000016,
        0.00250000018, 0.00400000019, 0.00386298331, 0.00347279245, 0.00288883038, 0.00219999999,
        0.00151116971, 0.000927207875, 0.00053701672, 0.000400000019, 0.000400000019, 0.000400000019,
        0.000400000019,
      ])
  }

  @Test("cosine is the first stage of cosine_rewarm")
  func cosine() throws {
    let rewarm = settings(.cosineRewarm, rate: 0.01) { ($0.leastShare, $0.warmupShare) = (0.1, 0.2) }
    let cosine = settings(.cosine, rate: 0.01) { ($0.leastShare, $0.warmupShare) = (0.1, 0.2) }
    #expect(try cosine.schedule(stageSteps: [20]) == rewarm.schedule(stageSteps: [20]))
  }

  @Test("constant is constant")
  func constant() throws {
    try expect(settings(.constant, rate: 0.25), [7], Array(repeating: 0.25, count: 9))
  }

  @Test("Values that no schedule can have are named")
  func wrongValues() {
    #expect(
      throws: TrainingError(.setting(key: "optimization/lr", expected: "a number not below 0", found: "-1.0"))
    ) {
      try settings(.wsd, rate: -1).schedule(stageSteps: [10])
    }
    #expect(
      throws: TrainingError(
        .setting(key: "optimization/warmup_pct", expected: "within 0 and 1", found: "1.5"))
    ) {
      try settings(.cosine, rate: 1) { $0.warmupShare = 1.5 }.schedule(stageSteps: [10])
    }
    #expect(
      throws: TrainingError(.phases(schedule: "wsd", sum: 1.25))
    ) {
      try settings(.wsd, rate: 1) { ($0.warmupShare, $0.decayShare) = (0.75, 0.5) }
        .schedule(stageSteps: [10])
    }
  }

  private func settings(
    _ kind: ScheduleSettings.Kind, rate: Double, _ change: (inout ScheduleSettings) -> Void = { _ in }
  ) -> ScheduleSettings {
    var settings = ScheduleSettings()
    (settings.kind, settings.rate) = (kind, rate)
    change(&settings)
    return settings
  }

  /// Within 2⁻²² of the highest rate: what float32 costs the original in a few roundings.
  private func expect(_ settings: ScheduleSettings, _ stages: [Int], _ rates: [Double]) throws {
    let schedule = try settings.schedule(stageSteps: stages)
    for (update, rate) in rates.enumerated() {
      #expect(abs(schedule(update) - rate) <= settings.rate * 0x1p-22, "update \(update) of \(stages)")
    }
  }
}
