import Foundation
import Testing

@testable import Evaluations

/// What the passes of a run computed, and how long they took: `Fixtures/three_tasks.txt`.
struct RecordedRun {
  private let plan: Plan
  private let planned: EngineWork
  private let passes: [(seconds: Double, results: PassResults)]

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/three_tasks.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
    let header = lines[0].split(separator: " ").compactMap { Int($0) }
    plan = Plan(
      (0..<header[4]).map { answer in
        let prompt = (0..<header[5] / header[4]).map { Int32(1000 * answer + $0) }
        return .generate(GenerateRequest(prompt: prompt, limit: header[3], stops: []))
      })
    planned = EngineWork(tokensRead: header[0], positionsScored: header[1], positionsAttended: header[2])
    var (begun, underWay) = (0, [Int: Int]())
    passes = try lines.dropFirst().map { line in
      let fields = line.split(separator: " ")
      let numbers = fields[1...4].compactMap { Int($0) }
      for answer in begun..<begun + numbers[3] { underWay[answer] = 0 }
      begun += numbers[3]
      for answer in underWay.keys { underWay[answer]! += 1 }
      var results = PassResults()
      results.work = EngineWork(
        passes: 1, tokensRead: numbers[0], positionsScored: numbers[1], positionsAttended: numbers[2],
        tokensGenerated: underWay.count)
      for length in fields[5].split(separator: ",").compactMap({ Int($0) }) {
        let answer = try #require(underWay.filter { $0.value == length }.keys.min())
        underWay[answer] = nil
        let ids = [Int32](repeating: 1, count: length)
        results.generations.append((answer, Generation(ids: ids, logProbabilities: [], stop: nil)))
      }
      results.underWay = underWay.keys.sorted()
      return (try #require(Double(fields[0])), results)
    }
  }

  /// What was estimated after a pass, and what was true.
  struct Moment {
    /// Of the run's time.
    var share: Double
    var estimate: ClosedRange<Double>
    /// Seconds until the end, and of the whole run.
    var left: Double
    var total: Double
    var ended: Int

    /// By how much the truth is outside of what was estimated, in seconds.
    var error: Double { max(estimate.lowerBound - left, left - estimate.upperBound, 0) }
  }

  /// Replays the run: the estimates after every third pass.
  ///
  /// - Parameter price: What a pass takes, in seconds; what it took then, where there is none.
  func moments(_ price: ((EngineWork) -> Double)? = nil) throws -> [Moment] {
    let times = passes.map { price?($0.results.work) ?? $0.seconds }
    let total = times.reduce(0, +)
    var progress = EngineProgress(plan, sideBySide: 64)
    progress.planned = planned
    var remaining = RemainingTime(EngineLimits())
    var seconds = 0.0
    var moments: [Moment] = []
    for (index, (pass, time)) in zip(passes, times).enumerated() {
      progress.add(pass.results, of: plan)
      seconds += time
      remaining.observe(progress, at: seconds)
      guard index % 3 == 0 else { continue }
      moments.append(
        Moment(
          share: seconds / total, estimate: try #require(remaining.secondsLeft(progress)),
          left: total - seconds, total: total,
          ended: progress.answers.values.reduce(0) { $0 + $1.endedCount }))
    }
    return moments
  }
}
