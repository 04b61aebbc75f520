import Backbones
import Basics
import Comparing
import Foundation
import Jobs
import Runs

/// Finds what a word of a gate's command line names: a baseline file, a run, or a model, which is run first.
struct GateOperand {
  let options: RunOptions

  /// The outcomes of what a word names, of the tasks that the options name.
  ///
  /// - Parameter wave: Which documents a model is asked about; all where `nil`.
  func outcomes(_ word: String, _ wave: DocumentWave? = nil) throws -> RunOutcomes {
    do { return try recorded(word, tasks: options.tasks.map(RunOptions.names)) } catch {
      guard isModel(word) else { throw error }
      return try RunOutcomes(try result(of: word, wave))
    }
  }

  /// Whether a word names a model, and no run or file of outcomes.
  func namesModel(_ word: String) -> Bool {
    !word.hasSuffix(".json") && (try? options.store.run(word)) == nil && isModel(word)
  }

  /// The outcomes of a baseline file or a run.
  func recorded(_ word: String, tasks: [String]? = nil) throws -> RunOutcomes {
    guard word.hasSuffix(".json") else {
      return try RunOutcomes(try options.store.run(word), tasks: tasks)
    }
    let outcomes = try RunOutcomes(baseline: word)
    return try tasks.map { try outcomes.only($0) } ?? outcomes
  }

  /// A folder or file of a model; or, where tasks are named to run on it, `org/name` of the Hub.
  private func isModel(_ word: String) -> Bool {
    if word.hasSuffix(".gguf") || RemoteOptions.isServer(word) { return true }
    if FileManager.default.fileExists(atPath: word) {
      return FileManager.default.fileExists(atPath: "\(word)/config.json")
    }
    return options.tasks != nil && word.split(separator: "/", omittingEmptySubsequences: false).count == 2
  }

  /// The finished run of a model under the options.
  private func result(of model: String, _ wave: DocumentWave?) throws -> StoredRun {
    try options.ranks.refuse("'gate' runs its models on one rank")
    guard options.tasks != nil else {
      throw JobError(.noTasks(command: "gate", model: model))
    }
    var options = options
    options.model.backbone = model
    let outcome = try options.perform(try options.selection()) { spec in spec.wave = wave }
    guard case .results(_, let folder) = outcome else {
      throw JobError(.unfit(job: options.model.job ?? EvaluationJobKey.backbone, .runsNoEvaluations))
    }
    return try StoredRun(folder: folder)
  }
}
