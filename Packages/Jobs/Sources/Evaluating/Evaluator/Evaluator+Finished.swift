import Evaluations
import Foundation
import Jobs
import Models
import Runs
import TensorCore

extension Evaluator {
  /// The run that has asked exactly this of exactly this model, of those that are kept; looks at no weights.
  ///
  /// On several ranks, all ask and the main one looks.
  func findFinishedRun() throws -> Bool {
    let runs = KeptRuns(spec)
    // What identifies the weights is found by all ranks or by none.
    guard try spec.agree(spec.isMain && !runs.ids.isEmpty) else { return false }
    let weights = try weightsIdentity()
    guard spec.isMain else { return try spec.agree(false) }
    finishedRun = runs.ids(digest: digest(of: weights)).first { isFinished(runs, $0, weights) }
    return try spec.agree(finishedRun != nil)
  }

  private func isFinished(_ runs: KeptRuns, _ id: String, _ weights: String?) -> Bool {
    guard let result = try? RunResult(contentsOf: runs.path(id, ResultFiles.results)),
      let settings = try? String(contentsOfFile: runs.path(id, ResultFiles.configuration), encoding: .utf8)
    else { return false }
    return result.provenance.weights == weights && result.provenance.shards == spec.shardsIfCut
      && result.provenance.documents?.wave == spec.wave
      && Self.foreignKernels(result.provenance.kernels)
        == Self.foreignKernels(InstructionSet.current.identity)
      && settings == settingsText
  }

  /// What is the same for every run that asks the same.
  func digest(of weights: String?) -> String {
    let wave = spec.wave.map { ["wave \($0.seed) \($0.first)"] } ?? []
    let kernels = Self.foreignKernels(InstructionSet.current.identity).map { ["kernels \($0)"] } ?? []
    return KeptRuns.digest(
      [settingsText, weights ?? "", "\(spec.shardsIfCut ?? 1)"] + wave + identities + rules + kernels)
  }

  /// Kernels whose results are none of ours, and are not taken for them.
  static func foreignKernels(_ identity: String) -> String? {
    identity.hasPrefix(InstructionSet.openblas.name) ? identity : nil
  }

  /// Gives the place of the latest run to the one that was found, and makes other forms of its samples.
  func showFinishedRun() throws {
    guard spec.isMain, let id = finishedRun else { return }
    let runs = KeptRuns(spec)
    if spec.resultForms.isEmpty {
      lastRun = try RunResult(contentsOf: runs.path(id, ResultFiles.results))
      try runs.publish(id)
    } else {
      try rescore(runs.path(id))
    }
  }
}
