import Foundation
import Models
import ModelsTesting
import Testing

@testable import Evaluations

@Suite("Remaining time")
struct RemainingTimeTests {
  private func progress(of requests: [Request]) -> EngineProgress {
    EngineProgress(Plan(requests), sideBySide: 64)
  }

  private func tokens(_ progress: EngineProgress) -> ClosedRange<Double> {
    let (least, most) = progress.workLeft()
    return least.tokensGenerated.rounded()...most.tokensGenerated.rounded()
  }

  private func answers(_ count: Int, limit: Int) -> [Request] {
    (0..<count).map { .generate(GenerateRequest(prompt: [Int32($0), 1, 2, 3], limit: limit, stops: [])) }
  }

  @Test("The time left is exact where a pass costs a time of its own, a time a row and a time a scored row")
  func fit() throws {
    var progress = progress(of: [])
    progress.planned = EngineWork(tokensRead: 100_000, positionsScored: 40_000)
    var remaining = RemainingTime(EngineLimits(rowsPerPass: 1000))
    #expect(remaining.secondsLeft(progress) == nil)
    var seconds = 0.0
    for pass in 0..<10 {
      let (rows, scored) = (900 + 20 * (pass % 3), 100 + 70 * (pass % 4))
      progress.done += EngineWork(passes: 1, tokensRead: rows, positionsScored: scored)
      seconds += 0.01 + 1e-4 * Double(rows) + 5e-4 * Double(scored)
      remaining.observe(progress, at: seconds)
    }
    let left = try #require(remaining.secondsLeft(progress))
    let rows = Double(100_000 - progress.done.tokensRead)
    let expected = 0.01 * rows / 1000 + 1e-4 * rows + 5e-4 * Double(40_000 - progress.done.positionsScored)
    #expect(abs(left.lowerBound - expected) < 1e-3 * expected && left.lowerBound == left.upperBound)
  }

  @Test("The time left of equal passes is in proportion")
  func proportion() throws {
    var progress = progress(of: [])
    progress.planned = EngineWork(tokensRead: 10_000, positionsScored: 5000)
    var remaining = RemainingTime(EngineLimits(rowsPerPass: 1000))
    for pass in 1...2 {
      progress.done += EngineWork(passes: 1, tokensRead: 1000, positionsScored: 500)
      remaining.observe(progress, at: Double(pass))
    }
    let left = try #require(remaining.secondsLeft(progress))
    #expect(abs(left.lowerBound - 8) < 1e-6 && abs(left.upperBound - 8) < 1e-6)
  }

  @Test("The time left follows a machine that becomes slower")
  func slower() throws {
    var progress = progress(of: [])
    progress.planned = EngineWork(tokensRead: 30_000, positionsScored: 15_000)
    var remaining = RemainingTime(EngineLimits(rowsPerPass: 1000))
    var seconds = 0.0
    for pass in 0..<20 {
      progress.done += EngineWork(passes: 1, tokensRead: 1000, positionsScored: 500)
      seconds += pass < 10 ? 1 : 2
      remaining.observe(progress, at: seconds)
    }
    // The mean of all passes would be 15 s.
    #expect(abs(try #require(remaining.secondsLeft(progress)).upperBound - 20) < 2)
  }

  @Test("The time left is a range until twenty answers have ended before their limit")
  func range() {
    let requests = answers(30, limit: 100)
    let plan = Plan(requests)
    var progress = EngineProgress(plan, sideBySide: 64)
    #expect(tokens(progress) == 0...3000)
    for index in 0..<20 {
      #expect(tokens(progress).upperBound > tokens(progress).lowerBound)
      var results = PassResults()
      results.generations = [
        (index, Generation(ids: [1, 2, 3, 4], logProbabilities: [0, 0, 0, 0], stop: 7))
      ]
      results.work = EngineWork(passes: 1, tokensGenerated: 5)
      progress.add(results, of: plan)
    }
    #expect(tokens(progress) == 50...50)
    #expect(progress.totalTokens == plan.tokensComputed + 100 + 50)
  }

  /// Lengths are drawn with one probability of an end at each token, so that their mean is 50; the limit is 400.
  @Test(
    "The time left is right about answers under way, although short ones end first", arguments: [40, 64, 200])
  func censored(sideBySide: Int) {
    let plan = Plan(answers(sideBySide, limit: 400))
    var progress = EngineProgress(plan, sideBySide: sideBySide)
    let lengths = (0..<sideBySide).map { index in
      min(Int(-50 * log(1 - (Double(index) + 0.5) / Double(sideBySide))) + 1, 400)
    }
    var worst = 0.0
    for step in 1...400 {
      var results = PassResults()
      for index in lengths.indices where lengths[index] == step {
        let ids = [Int32](repeating: 1, count: step)
        results.generations.append(
          (index, Generation(ids: ids, logProbabilities: ids.map { _ in 0 }, stop: nil)))
      }
      results.underWay = lengths.indices.filter { lengths[$0] > step }
      results.work = EngineWork(passes: 1, tokensGenerated: lengths.count { $0 >= step })
      progress.add(results, of: plan)
      let left = Double(lengths.reduce(0) { $0 + max($1 - step, 0) })
      if lengths.count(where: { $0 <= step }) >= 20, lengths.count(where: { $0 > step }) >= 10 {
        worst = max(worst, abs(tokens(progress).upperBound - left) / left)
      }
    }
    #expect(worst < 0.15, "\(worst)")
  }

  /// Of a machine: what a row, a pass of few rows, a scored position and an attended one take.
  struct Machine: CustomTestStringConvertible {
    let testDescription: String
    var row: Double
    var leastRows: Double
    var scored: Double
    var attended: Double

    func price(_ work: EngineWork) -> Double {
      let rows = Double(work.tokensRead + work.tokensGenerated)
      return row * max(rows, leastRows) + scored * Double(work.positionsScored + work.tokensGenerated)
        + attended * Double(work.positionsAttended)
    }
  }

  private static let machines = [
    Machine(testDescription: "balanced", row: 4e-3, leastRows: 30, scored: 1.5e-3, attended: 3e-6),
    Machine(testDescription: "of slow memory", row: 4e-3, leastRows: 60, scored: 1e-3, attended: 1e-6),
    Machine(testDescription: "slow at attention", row: 4e-3, leastRows: 16, scored: 1e-3, attended: 8e-6),
  ]

  @Test(
    "The time left of three recorded tasks is right within a quarter from the first tenth on",
    arguments: machines)
  func threeTasks(machine: Machine) throws {
    try check(RecordedRun().moments(machine.price), ofRun: 0.06)
  }

  @Test("The time left of three recorded tasks is right also on a machine that others used meanwhile")
  func threeTasksThen() throws { try check(RecordedRun().moments(), ofRun: 0.01) }

  /// The few answers that are last end by chance, and so does the time that is left.
  ///
  /// - Parameter ofRun: What share of the whole run an error may be, however little is left.
  private func check(_ moments: [RecordedRun.Moment], ofRun: Double) throws {
    for moment in moments where moment.share >= 0.1 && moment.left > 0 {
      #expect(moment.error <= max(0.25 * moment.left, ofRun * moment.total), "\(moment)")
      let (least, most) = (moment.estimate.lowerBound, moment.estimate.upperBound)
      let isUncertain = moment.ended < 20 || most > 1.25 * (least + most) / 2
      #expect((least < most) == isUncertain, "\(moment)")
    }
  }

  private static let madeUp = [
    SimulatedRun(
      scoredTokens: 6000, answering: .init(count: 40, prompt: 1000, limit: 256, mean: 90, shape: 1)),
    SimulatedRun(
      scoredTokens: 40_000, answering: .init(count: 120, prompt: 900, limit: 256, mean: 110, shape: 4)),
    SimulatedRun(scoredTokens: 0, answering: .init(count: 60, prompt: 200, limit: 700, mean: 200, shape: 2)),
  ]

  /// How many rows a pass takes as long as, however few it has, differs by machine; to begin with, 33 are supposed, which would
  /// be wrong by one and a half times of what is left where they are 4. Chance, by which the last answers end, leaves a fifth.
  @Test(
    "The time of passes of few rows is learned from answers that end one by one",
    arguments: [4.0, 12, 30, 60].flatMap { weights in
      [false, true].map { SimulatedRun.Machine(weights: weights, takesTurns: $0) }
    })
  func madeUpRuns(machine: SimulatedRun.Machine) {
    let errors = Self.madeUp.map { $0.error(on: machine, seed: 1, from: 0.8) }
    #expect(errors.reduce(0, +) / Double(errors.count) < 0.4, "\(errors)")
  }

  /// Where twenty of forty answers have ended, no pass of fewer rows than twenty has been seen, and such are all that is left.
  @Test(
    "The time left is no number that is wrong by more than a quarter at the moment when twenty answers have ended",
    arguments: [1, 4])
  func atTwenty(shape: Int) {
    let run = SimulatedRun(
      scoredTokens: 6000, answering: .init(count: 40, prompt: 900, limit: 256, mean: 110, shape: shape))
    let errors = [4.0, 12, 30, 60].flatMap { weights in
      (1...10).compactMap { seed in
        run.error(
          on: .init(weights: weights, takesTurns: seed % 2 == 0), seed: UInt64(seed), after: 20)
      }
    }
    // One in ten, by chance; it was a third of the runs, and half where the lengths of answers were alike.
    #expect(errors.count { $0 > 0.25 } <= 4, "\(errors)")
  }

  /// Where answers are many, the lengths of twenty tell enough.
  @Test("The time left is one number where twenty of many answers have ended")
  func atTwentyOfMany() {
    let run = Self.madeUp[1]
    for seed in 1...5 as ClosedRange<UInt64> {
      let error = run.error(on: .init(weights: 12, takesTurns: false), seed: seed, after: 20)
      #expect(error.map { $0 < 0.25 } == true, "\(seed): \(String(describing: error))")
    }
  }

  @Test("The remaining work counts all that an engine computes")
  func engine() throws {
    let reader = ParameterReader(MemorySource(TinyGPT.parameters(TinyGPT.settings())), rules: GPT.sharding)
    let model = try GPT(TinyGPT.settings(), parameters: reader)
    try reader.finish()
    let requests: [Request] =
      answers(3, limit: 4) + [.score(ScoreRequest(ids: [1, 2, 3, 4, 5], from: 2))]
    let plan = Plan(requests)
    var last = EngineProgress(plan, sideBySide: 64)
    _ = try Engine(model).respond(to: requests, progress: { last = $0 })
    #expect(last.completed == 4 && last.requests == 4)
    #expect(last.done.tokensRead == plan.tokensComputed)
    #expect(last.done.positionsScored == plan.positionsScored)
    // Each answer's four tokens but the last are read too, behind a prompt of four.
    #expect(last.done.positionsAttended == plan.positionsAttended + 3 * (5 + 6 + 7))
    #expect(last.done.tokensGenerated == 12 && tokens(last) == 0...0)
    #expect(last.tokens == last.totalTokens)
  }
}
