import Synchronization

/// What the initializers of ``Setting`` consult: it either notes each declaration or supplies each value.
///
/// Hydration is synchronous: the hydrator is current (task-local) exactly while one `init()` runs. It hides itself
/// while a default is evaluated, so that settings built inside a default expression are plain.
final class Hydrator: Sendable {
  enum Purpose: Sendable {
    /// Notes keys, types and defaults on behalf of `owner`.
    case collecting(owner: String)
    /// Supplies values from `tree`; references in it point into `root`.
    case supplying(tree: SettingsTree, root: SettingsTree)
  }

  struct Findings: Sendable {
    var declarations: [SettingDeclaration] = []
    var problems: [SettingsError.Problem] = []
    var keys: Set<String> = []
  }

  @TaskLocal static var current: Hydrator?

  let purpose: Purpose
  private let findings = Mutex(Findings())

  init(_ purpose: Purpose) { self.purpose = purpose }

  /// Runs `make` with a hydrator for `purpose`, and returns what it made and what was found on the way.
  static func run<Made>(_ purpose: Purpose, _ make: () -> Made) -> (made: Made, findings: Findings) {
    let hydrator = Hydrator(purpose)
    let made = $current.withValue(hydrator) { make() }
    return (made, hydrator.findings.withLock { $0 })
  }

  /// The value that a field starts with, or `nil` if it has none (yet).
  static func value<Value: SettingValue>(of key: SettingKey, default makeDefault: () -> Value?) -> Value? {
    guard let current else { return makeDefault() }
    switch current.purpose {
    case .collecting(let owner):
      let value = $current.withValue(nil) { makeDefault() }
      current.note(SettingDeclaration(key, owner: owner, defaultValue: value))
      return value
    case .supplying(let tree, let root):
      current.findings.withLock { _ = $0.keys.insert(key.path) }
      guard let found = tree[key.path] else { return $current.withValue(nil) { makeDefault() } }
      return current.convert(found, of: key, root: root)
    }
  }

  private func note(_ declaration: SettingDeclaration) {
    findings.withLock { $0.declarations.append(declaration) }
  }

  private func convert<Value: SettingValue>(
    _ found: SettingsTree, of key: SettingKey, root: SettingsTree
  ) -> Value? {
    do throws(SettingsError) {
      let resolved = try found.resolvingReferences(in: root, at: key.path)
      if resolved.isMissing { return nil }
      // Named, since an optional would be read where the result is one.
      let value: Value = try key.read(resolved, at: key.path)
      return value
    } catch {
      findings.withLock { $0.problems += error.problems }
      return nil
    }
  }
}
