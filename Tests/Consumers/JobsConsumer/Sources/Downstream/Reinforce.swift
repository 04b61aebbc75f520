import Evaluating
import Evaluations
public import Jobs
public import Models
import TensorCore
import Training

/// Teaches a GPT the copying task by nothing but rewards.
///
/// The model answers each prompt several times; an answer that was rewarded more than the others to its prompt becomes more
/// probable.
///
/// - Source: Williams 1992, *Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning*,
///   eq. 11, with the mean reward of a prompt's answers as its baseline.
public final class Reinforce: BaseTrainer<GPT> {
  override public class var summary: String { "teaches a GPT to copy by rewards" }

  /// The mean reward of each update's answers.
  public private(set) var rewards: [Double] = []

  override public func run() throws {
    let asked = try Evaluator.fromTrainer(
      self, config: RLEvaluatorConfig(components: ["copy_task"], batchSize: training.batchSize))
    var options = EvaluationOptions()
    options.temperature = 1
    options.samplesPerPrompt = 8
    while updates < totalUpdates {
      options.seed = UInt64(updates)
      let result = try asked.evaluate(reduce: .none, returnIntermediates: true, options: options)[0]
      guard case .samples(let scores) = result.score, let answers = result.intermediates else { return }
      rewards.append(scores.reduce(0, +) / Double(scores.count))
      let advantages = stride(from: 0, to: scores.count, by: options.samplesPerPrompt).flatMap { first in
        let own = scores[first..<first + options.samplesPerPrompt]
        return own.map { $0 - own.reduce(0, +) / Double(own.count) }
      }
      try learn(from: zip(advantages, answers).map { ($0, $1[0]) })
      progress(JobProgress(unit: "updates", completed: updates, total: totalUpdates))
    }
  }

  /// Makes an update by answers and by how much more each was rewarded than the others to its prompt.
  private func learn(from answers: [(advantage: Double, answer: Intermediate)]) throws {
    var gradients = Gradients()
    // Answers of the same advantage are one batch: their loss has one factor.
    let batches = Dictionary(grouping: answers, by: \.advantage).sorted { $0.key < $1.key }
    for (advantage, members) in batches where advantage != 0 {
      let batch = MicroBatch(
        members.map {
          TrainingRow($0.answer.ids, isLearned: $0.answer.mask, length: training.blockSize)
        })
      guard batch.targetCount > 0 else { continue }
      let loss = try model.crossEntropy(
        batch.ids, targets: batch.targets, paddingMask: batch.paddingMask, tape: Tape())
      loss.backpropagate(scale: Float(advantage / Double(answers.count)), into: &gradients)
    }
    try update(by: gradients)
  }
}
