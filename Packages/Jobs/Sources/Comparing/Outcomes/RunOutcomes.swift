import Basics
import Evaluations
public import Jobs
public import Runs

/// What a gate needs of a run: the outcomes of its documents, and what they were asked under.
public struct RunOutcomes: Sendable, Equatable {
  /// What a user called it by.
  public let title: String
  /// The model as it was named, where a file says it.
  public let model: String?
  /// The digest of the weights; `nil` for a model without.
  public let weights: String?
  /// What must be the same for a comparison, by name: shots, split and the settings of sampling.
  public let settings: [String: String]
  public let tasks: [TaskOutcomes]

  public init(
    title: String, model: String?, weights: String?, settings: [String: String], tasks: [TaskOutcomes]
  ) {
    (self.title, self.model, self.weights) = (title, model, weights)
    (self.settings, self.tasks) = (settings, tasks)
  }

  /// - Parameter names: The tasks that are read; all where `nil`.
  /// - Throws: ``JobError`` for a run that has not finished, a task that it does not have, and samples that cannot be read.
  public init(_ run: StoredRun, tasks names: [String]? = nil) throws(JobError) {
    let result = try run.finished()
    for name in names ?? [] { try Self.require(name, among: result.evaluations.map(\.name)) }
    var tasks: [TaskOutcomes] = []
    for task in result.evaluations where names?.contains(task.name) ?? true {
      tasks.append(try TaskOutcomes(task, of: run))
    }
    self.init(
      title: run.title, model: run.model, weights: result.provenance.weights,
      settings: result.provenance.settingsOfOutcomes, tasks: tasks)
  }

  /// The same with only these tasks.
  ///
  /// - Throws: ``JobError`` for one that is not there.
  public func only(_ names: [String]) throws(JobError) -> RunOutcomes {
    for name in names { try Self.require(name, among: tasks.map(\.name)) }
    return RunOutcomes(
      title: title, model: model, weights: weights, settings: settings,
      tasks: tasks.filter { names.contains($0.name) })
  }
}

extension RunOutcomes {
  private static func require(_ name: String, among known: [String]) throws(JobError) {
    guard known.contains(name) else { throw .unknown("evaluation", name, among: known) }
  }
}

extension Provenance {
  /// What changes the answers of a model, apart from the model.
  fileprivate var settingsOfOutcomes: [String: String] {
    var settings: [String: String] = [:]
    settings["shots"] = documents?.shots.map { "\($0)" }
    settings["split"] = documents?.split
    settings["temperature"] = sampling?.temperature.map { "\($0)" }
    settings["top_p"] = sampling?.topP.map { "\($0)" }
    for (name, value) in sampling?.rules.members ?? [] { settings[name] = value.line }
    settings["seed"] = sampling?.seed.map { "\($0)" }
    settings["samples_per_prompt"] = sampling?.samplesPerPrompt.map { "\($0)" }
    settings["max_new_tokens"] = sampling?.maxNewTokens.map { "\($0)" }
    return settings
  }
}
