import Foundation
import TensorCore
import Testing

@testable import Evaluations

/// A run that is made up: texts that are scored, then answers of drawn lengths, on a machine whose times are known.
struct SimulatedRun {
  /// What a pass takes, in seconds.
  struct Machine: CustomTestStringConvertible {
    var row = 4e-3
    /// How many rows a pass takes as long as, at least or besides its own.
    var weights: Double
    /// Whether reading the weights and multiplying with them take turns, so that their times add up.
    var takesTurns: Bool
    var scored = 1e-3
    var attended = 3e-6

    var testDescription: String { "\(Int(weights)) rows \(takesTurns ? "more" : "at least")" }

    func price(_ work: EngineWork) -> Double {
      let rows = Double(work.tokensRead + work.tokensGenerated)
      return row * (takesTurns ? rows + weights : max(rows, weights))
        + scored * Double(work.positionsScored + work.tokensGenerated)
        + attended * Double(work.positionsAttended)
    }
  }

  /// Answers to prompts of one length, whose own are distributed as sums of `shape` equal exponential parts.
  struct Answering {
    var count: Int
    var prompt: Int
    var limit: Int
    var mean: Double
    var shape: Int

    func length(_ random: inout PythonRandom) -> Int {
      let parts = (0..<shape).map { _ in -log(1 - random.uniform()) }
      return min(max(Int(mean * parts.reduce(0, +) / Double(shape)), 1), limit)
    }
  }

  private static let rowsPerPass = 1024
  private static let sideBySide = 64

  let scoredTokens: Int
  let answering: Answering

  /// The passes of the run, with an error of 5 % in what they take.
  private func passes(_ machine: Machine, seed: UInt64) -> [(seconds: Double, results: PassResults)] {
    var random = PythonRandom(seed: seed)
    let lengths = (0..<answering.count).map { _ in answering.length(&random) }
    var (toScore, next, read) = (scoredTokens, 0, 0)
    var underWay: [Int: Int] = [:]
    var passes: [(seconds: Double, results: PassResults)] = []
    while toScore > 0 || next < lengths.count || !underWay.isEmpty {
      var results = PassResults()
      results.work.passes = 1
      results.work.tokensGenerated = underWay.count
      for (answer, length) in underWay {
        underWay[answer] = length + 1
        results.work.positionsAttended += answering.prompt + length + 1
      }
      var room = Self.rowsPerPass - underWay.count
      while room > 0 {
        let isScored = toScore > 0
        guard isScored || next < lengths.count && underWay.count < Self.sideBySide else { break }
        let rows = min(room, isScored ? toScore : answering.prompt - read)
        (room, results.work.tokensRead) = (room - rows, results.work.tokensRead + rows)
        results.work.positionsAttended += rows * (isScored ? 40 : read + rows / 2)
        if isScored {
          toScore -= rows
          results.work.positionsScored += rows / 4
        } else {
          read += rows
          if read == answering.prompt { (underWay[next], next, read) = (1, next + 1, 0) }
        }
      }
      for (answer, length) in underWay where length >= lengths[answer] {
        underWay[answer] = nil
        let ids = [Int32](repeating: 1, count: length)
        results.generations.append((answer, Generation(ids: ids, logProbabilities: [], stop: nil)))
      }
      results.underWay = underWay.keys.sorted()
      let seconds = machine.price(results.work) * exp(0.17 * (random.uniform() - 0.5))
      passes.append((seconds, results))
    }
    return passes
  }

  /// By how much what is left lies outside of what is estimated, over what is left: the mean from `share` of the run's time on.
  func error(on machine: Machine, seed: UInt64, from share: Double) -> Double {
    var errors: [Double] = []
    replay(machine, seed: seed) { moment in
      guard moment.index % 7 == 0, moment.share >= share, moment.left > 0.005 * moment.total else {
        return true
      }
      errors.append(moment.error / moment.left)
      return true
    }
    return errors.reduce(0, +) / Double(max(errors.count, 1))
  }

  /// The same where `ended` answers have ended, if one number is shown there.
  func error(on machine: Machine, seed: UInt64, after ended: Int) -> Double? {
    var found: Double?
    replay(machine, seed: seed) { moment in
      guard moment.ended >= ended else { return true }
      if moment.isOneNumber { found = moment.error / moment.left }
      return false
    }
    return found
  }

  /// What was estimated after a pass, and what was true.
  private struct Moment {
    var index: Int
    var ended: Int
    var estimate: ClosedRange<Double>
    /// Seconds until the end, and of the whole run.
    var left: Double
    var total: Double

    var share: Double { 1 - left / total }
    var isOneNumber: Bool { estimate.lowerBound == estimate.upperBound }
    /// By how much the truth is outside of what was estimated, in seconds.
    var error: Double { max(estimate.lowerBound - left, left - estimate.upperBound, 0) }
  }

  /// Plays the run until `take` returns false.
  private func replay(_ machine: Machine, seed: UInt64, _ take: (Moment) -> Bool) {
    let plan = Plan(
      (0..<answering.count).map { answer in
        let prompt = (0..<answering.prompt).map { Int32(2000 * answer + $0) }
        return .generate(GenerateRequest(prompt: prompt, limit: answering.limit, stops: []))
      })
    let passes = passes(machine, seed: seed)
    let total = passes.reduce(0) { $0 + $1.seconds }
    var progress = EngineProgress(plan, sideBySide: Self.sideBySide)
    progress.planned = passes.reduce(into: EngineWork()) { sum, pass in
      sum.tokensRead += pass.results.work.tokensRead
      sum.positionsScored += pass.results.work.positionsScored
    }
    progress.planned.positionsAttended =
      scoredTokens * 40 + answering.count * answering.prompt * answering.prompt / 2
    var remaining = RemainingTime(EngineLimits(rowsPerPass: Self.rowsPerPass))
    var seconds = 0.0
    for (index, pass) in passes.enumerated() {
      progress.add(pass.results, of: plan)
      seconds += pass.seconds
      remaining.observe(progress, at: seconds)
      guard let estimate = remaining.secondsLeft(progress) else { continue }
      let ended = progress.answers.values.reduce(0) { $0 + $1.endedCount }
      let goesOn = take(
        Moment(index: index, ended: ended, estimate: estimate, left: total - seconds, total: total))
      guard goesOn else { return }
    }
  }
}
