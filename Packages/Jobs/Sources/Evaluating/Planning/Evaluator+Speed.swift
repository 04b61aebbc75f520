import Basics
import Evaluations
public import Jobs
import Models
import TensorCore

extension Evaluator {
  public func measureSpeed(_ plan: SpeedPlan) throws -> [SpeedMeasurement] {
    let model = try self.model
    let opening = min(4, model.blockSize / 2)
    let prompt = try Self.length(plan.prompt, "--prompt", usual: 512, most: model.blockSize)
    let generated = try Self.length(
      plan.generate, "--generate", usual: 128, most: model.blockSize - opening + 1)
    var measurements: [SpeedMeasurement] = []
    if prompt > 0 {
      // The last id is only predicted.
      let request = Request.score(ScoreRequest(ids: model.randomIDs(prompt + 1), from: prompt))
      measurements.append(try measure(.prompt, [request], tokens: prompt, plan))
    }
    for sequences in plan.sequences where generated > 0 {
      let requests = (0..<sequences).map { sequence in
        Request.generate(
          GenerateRequest(
            prompt: model.randomIDs(max(opening, 1), sequence: sequence), limit: generated, stops: []))
      }
      measurements.append(try measure(.generate, requests, tokens: generated, plan))
    }
    return measurements
  }

  /// Has the engine answer the requests once, counting their work, and then as often and as long as the plan has it.
  private func measure(
    _ task: SpeedMeasurement.Task, _ requests: [Request], tokens: Int, _ plan: SpeedPlan
  ) throws -> SpeedMeasurement {
    let model = try self.model
    var limits = limits(sharers: 1)
    limits.maxConcurrentSequences = requests.count
    let engine = Engine(model, tokenizer: tokenizer, limits: limits)
    func report(_ completed: Int) {
      progress(
        JobProgress(
          "measuring \(task.rawValue) \(tokens) × \(requests.count), \(model.mode)", unit: "repetitions",
          completed: completed, total: plan.repetitions + 1))
    }
    func pass() throws -> Double {
      try ContinuousClock().measure { _ = try engine.respond(to: requests) } / .seconds(1)
    }
    report(0)
    var first = 0.0
    let work = try ProductWork.counting { first = try pass() }
    var seconds = first >= plan.seconds ? [first] : []
    while seconds.count < plan.repetitions, seconds.count < 2 || seconds.reduce(0, +) < plan.seconds {
      report(seconds.count + 1)
      seconds.append(try pass())
    }
    return SpeedMeasurement(
      mode: model.mode, task: task, sequences: requests.count, tokens: tokens, seconds: seconds, work: work)
  }

  private static func length(_ wanted: Int?, _ option: String, usual: Int, most: Int) throws -> Int {
    guard let wanted else { return min(usual, most) }
    guard wanted <= most else {
      throw JobError(
        .usage, "\(option) must be at most \(most), which the model's block leaves room for, found \(wanted)")
    }
    return wanted
  }
}

extension LanguageModel {
  /// Ids that differ from sequence to sequence, the same on every run.
  func randomIDs(_ count: Int, sequence: Int = 0) -> [Int32] {
    RandomKey(seed: UInt64(sequence)).bits(count).map { Int32($0 % UInt32(vocabularySize)) }
  }
}
