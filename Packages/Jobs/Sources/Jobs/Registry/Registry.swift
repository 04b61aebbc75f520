import Basics
package import Configurate
public import Evaluations
public import Models
import Synchronization

/// Jobs, evaluations and models by name.
///
/// Nothing registers itself when a program is loaded; a program registers what it offers before it looks anything up.
public final class Registry: Sendable {
  /// The registry that ``job(_:_:)``, ``evaluation(_:_:)`` and ``model(_:_:)`` fill and that jobs look into.
  public static let shared = Registry()

  private struct Entries {
    var jobs: [String: any Job.Type] = [:]
    var evaluations: [String: EvaluationEntry] = [:]
    var models: [String: any LanguageModel.Type] = [:]
  }
  private let entries = Mutex(Entries())

  private struct EvaluationEntry: Sendable {
    var kind: EvaluationKind
    var make: @Sendable () throws -> any Evaluation
  }

  public init() {}

  public var jobs: [(key: String, type: any Job.Type)] {
    entries.withLock { entries in entries.jobs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }
  public var evaluations: [(key: String, kind: EvaluationKind)] {
    entries.withLock { entries in
      entries.evaluations.sorted { $0.key < $1.key }.map { ($0.key, $0.value.kind) }
    }
  }
  public var models: [(key: String, type: any LanguageModel.Type)] {
    entries.withLock { entries in entries.models.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }

  /// - Throws: ``JobError`` where `key` is taken.
  public func register(job type: any Job.Type, as key: String) throws(JobError) {
    try add("job", key, type, in: \.jobs)
  }

  /// - Throws: ``JobError`` where `key` is taken, or where a perplexity's key does not end in `_ppl`.
  public func register<E: Evaluation>(
    evaluation make: @escaping @Sendable () throws -> E, as key: String
  ) throws(JobError) {
    if E.kind == .perplexity, !key.hasSuffix("_ppl") {
      throw JobError(.registration(of: "perplexity evaluation", key, .ending("_ppl")))
    }
    let entry = EvaluationEntry(kind: E.kind, make: { try make() })
    try add("evaluation", key, entry, in: \.evaluations)
  }

  /// Registers a model; see ``model(_:_:)``.
  ///
  /// - Throws: ``JobError`` where `key` is taken, or is no name of the architecture that the type states.
  public func register(model type: any LanguageModel.Type, as key: String) throws(JobError) {
    if let backbone = type.backbone { try register(architecture: backbone.architecture, as: key) }
    try add("model", key, type, in: \.models)
  }

  private func register(architecture: Architecture, as key: String) throws(JobError) {
    guard architecture.names.contains(key) else {
      throw JobError(.registration(of: "model", key, .otherName(known: architecture.names)))
    }
    do {
      try Backbone.register(architecture)
    } catch {
      throw JobError(.registration(of: "model", key, .refused(error)))
    }
  }

  /// - Throws: ``JobError`` with the nearest key where nothing is registered under `key`.
  public func job(_ key: String) throws(JobError) -> any Job.Type {
    guard let type = entries.withLock({ $0.jobs[key] }) else {
      throw .unknown("job", key, among: jobs.map(\.key))
    }
    return type
  }

  /// The first key under which a job type is registered; `nil` where it is under none.
  func key(of type: any Job.Type) -> String? { jobs.first { $0.type == type }?.key }

  /// - Throws: ``JobError`` with the nearest key where nothing is registered under `key`, or whatever the evaluation
  ///   throws when it is made.
  public func evaluation(_ key: String) throws -> any Evaluation {
    guard let entry = entries.withLock({ $0.evaluations[key] }) else {
      throw JobError.unknown("evaluation", key, among: evaluations.map(\.key))
    }
    return try entry.make()
  }

  private func add<Value: Sendable>(
    _ kind: String, _ key: String, _ value: Value,
    in path: any (WritableKeyPath<Entries, [String: Value]> & Sendable)
  ) throws(JobError) {
    let isNew = entries.withLock { entries in
      guard entries[keyPath: path][key] == nil else { return false }
      entries[keyPath: path][key] = value
      return true
    }
    guard isNew else { throw JobError(.registration(of: kind, key, .twice)) }
  }
}

extension SettingsTree {
  /// The settings of a job, with `job:` in front if it is registered.
  package func naming(_ type: any Job.Type) -> SettingsTree {
    var settings = self
    if let key = Registry.shared.key(of: type) { settings["job"] = SettingsTree(.text(key)) }
    return settings
  }
}

/// Registers a job type under a key of the shared registry.
///
/// - Throws: ``JobError`` where the key is taken.
public func job(_ key: String, _ type: any Job.Type) throws(JobError) {
  try Registry.shared.register(job: type, as: key)
}

/// Registers an evaluation under a key of the shared registry; it is made anew for each job that names it.
///
/// - Throws: ``JobError`` where the key is taken, or where a perplexity's key does not end in `_ppl`.
public func evaluation<E: Evaluation>(_ key: String, _ make: @escaping @Sendable () throws -> E)
  throws(JobError)
{
  try Registry.shared.register(evaluation: make, as: key)
}

/// Registers a model under a key of the shared registry, so that the program can evaluate it.
///
/// - A `BackboneModel` states the architecture whose files it reads: `backbone/evaluate` and all else that opens files of
///   others then open its files too. Its key is one of the architecture's names.
/// - Any other model reads checkpoints of this program: `EvaluateCommand` offers the job `KEY/evaluate`, an `Evaluate` of
///   the type, unless there is a job of that key.
///
/// - Throws: ``JobError`` where the key or a name of the architecture is taken, or where the key is none of its names.
public func model(_ key: String, _ type: any LanguageModel.Type) throws(JobError) {
  try Registry.shared.register(model: type, as: key)
}

extension JobError {
  package static func unknown(_ kind: String, _ name: String, among known: [String]) -> JobError {
    JobError(.unknownName(of: kind, name, nearest: nearestName(to: name, among: known)))
  }
}
