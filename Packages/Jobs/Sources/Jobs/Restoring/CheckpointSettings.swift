import Configurate

/// Which keys a checkpoint's settings may have: those of any job of the program, so that a trainer's settings
/// stay beside those of the model, and a damaged or misspelt one is not passed over for its default.
struct CheckpointSettings {
  /// Keys that the original system wrote and that did nothing, or need a service.
  private static let retired = ["logging/wandb", "training/decay_pct", "training/warmup_pct"]

  /// Every key that is known, with some value.
  private var known: SettingsTree
  /// The first parts of the keys that jobs here have.
  private var groups: Set<String> = []

  /// - Parameter own: The keys of the job that is restored.
  /// - Throws: `SettingsError` where two declarations of a registered job contradict each other.
  init(_ own: SettingsTree, registry: Registry = .shared) throws {
    known = own
    for (_, type) in registry.jobs { add(try type.schema().defaults) }
    groups = Set(known.leaves.map { leaf in String(leaf.key.prefix { $0 != "/" }) })
    let retired = registry.jobs.flatMap { Array($0.type.retiredSettings.keys) }
    for key in ["job"] + Self.retired + retired where known[key] == nil { known[key] = SettingsTree(.null) }
  }

  private mutating func add(_ defaults: SettingsTree) {
    // A key that is a group of one job and a value of another stays what it was first.
    for (key, value) in defaults.leaves where known[key] == nil {
      var alone = SettingsTree()
      alone[key] = value
      try? known.overlay(alone, unknownKeys: .add)
    }
  }

  /// - Throws: `SettingsError` that names every key of `settings` that no job has, and the nearest one that some job
  ///   does. A job that this program does not have may have keys that it does not know.
  func check(_ settings: SettingsTree, registry: Registry = .shared) throws(SettingsError) {
    if case .text(let job)? = settings["job"]?.content, !registry.jobs.contains(where: { $0.key == job }) {
      return
    }
    var all = known
    do throws(SettingsError) {
      try all.overlay(settings)
    } catch {
      var unknown = error
      unknown.problems = error.problems.filter { problem in
        guard case .unknownKey = problem.kind else { return false }
        // Without a name of the job, a group that no job here has may belong to one that wrote the checkpoint.
        return settings["job"] != nil || groups.contains(String(problem.key.prefix { $0 != "/" }))
      }
      if !unknown.problems.isEmpty { throw unknown }
    }
  }
}
