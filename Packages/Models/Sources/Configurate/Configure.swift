/// The context in which settings are read.
public enum ConfigurationContext {
  @TaskLocal static var context: SettingsTree?

  /// The tree of the innermost ``withConfiguration(_:_:)-(_,()->R)`` around the caller, or `nil` outside of any.
  ///
  /// It is task-local: child tasks see it, threads started by hand do not. Read settings when constructing, not later.
  public static var current: SettingsTree? { context }
}

/// Runs `body` with `tree` as the current configuration, and restores the previous one.
public func withConfiguration<R, Failure: Error>(
  _ tree: SettingsTree, _ body: () throws(Failure) -> R
) throws(Failure) -> R {
  var result: Result<R, Failure>?
  ConfigurationContext.$context.withValue(tree) {
    do throws(Failure) { result = .success(try body()) } catch { result = .failure(error) }
  }
  guard let result else { preconditionFailure("withConfiguration: the body did not run") }
  return try result.get()
}

/// Runs `body` with `tree` as the current configuration, and restores the previous one.
public nonisolated(nonsending) func withConfiguration<R>(
  _ tree: SettingsTree, _ body: nonisolated(nonsending) () async throws -> R
) async throws -> R {
  try await ConfigurationContext.$context.withValue(tree, operation: body)
}

/// Fills the settings `type` from the current configuration.
///
/// A key that the tree lacks takes its declared default. All faults are reported together.
///
/// - Parameters:
///   - type: What to fill.
///   - overrides: Changes to this instance, made after it is filled; the configuration does not see them. They may
///     supply a mandatory setting, but must not read one that has no value.
/// - Throws: ``SettingsError`` outside of a configuration, or naming every setting that is missing or of a wrong type.
public func configure<T: Settings>(
  _ type: T.Type = T.self, overrides: (inout T) -> Void = { _ in }
) throws(SettingsError) -> T {
  guard let tree = ConfigurationContext.current else { throw SettingsError(.init(.noContext, key: "")) }
  return try T.hydrated(from: tree, root: tree, overrides: overrides).value
}

extension Settings {
  /// This type filled from `tree`, and every key it asked for.
  static func hydrated(
    from tree: SettingsTree, root: SettingsTree, overrides: (inout Self) -> Void = { _ in }
  ) throws(SettingsError) -> (value: Self, keys: Set<String>) {
    var (value, findings) = Hydrator.run(.supplying(tree: tree, root: root)) { Self() }
    guard findings.problems.isEmpty else {
      throw SettingsError(findings.problems + value.problemsOfMissing(in: tree, besides: findings.problems))
    }
    overrides(&value)
    let missing = value.problemsOfMissing(in: tree, besides: [])
    guard missing.isEmpty else { throw SettingsError(missing) }
    return (value, findings.keys)
  }

  /// One problem for each field without a value, except those whose problem is known.
  private func problemsOfMissing(
    in tree: SettingsTree, besides known: [SettingsError.Problem]
  ) -> [SettingsError.Problem] {
    let reported = Set(known.map(\.key))
    return settingFields.filter { field in
      field.tree.isMissing
        && !reported.contains { $0 == field.key || $0.hasPrefix(field.key + "/") }
    }.map { .init(.missing, key: $0.key, origin: tree[$0.key]?.origin) }
  }

  /// The fields of this struct and of the settings structs that it stores, in order of declaration.
  var settingFields: [any SettingField] {
    var fields: [any SettingField] = []
    func walk(_ mirror: Mirror) {
      if let inherited = mirror.superclassMirror { walk(inherited) }
      for child in mirror.children {
        if let field = child.value as? any SettingField {
          fields.append(field)
        } else if let nested = child.value as? any Settings {
          walk(Mirror(reflecting: nested))
        }
      }
    }
    walk(Mirror(reflecting: self))
    return fields
  }
}
