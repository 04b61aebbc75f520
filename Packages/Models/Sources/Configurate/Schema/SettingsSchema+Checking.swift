extension SettingsSchema {
  /// Checks a whole tree against the declarations, before anything is constructed from it.
  ///
  /// - Returns: The tree with references resolved and every value in its type's own form (`"12"` as 12, 1 as 1.0).
  /// - Throws: ``SettingsError`` naming every unknown key, wrong type and bad reference, and, if `allowingMissing` is
  ///   false, every setting without a value.
  public func checked(_ tree: SettingsTree, allowingMissing: Bool = false) throws(SettingsError)
    -> SettingsTree
  {
    var result = defaults
    try result.overlay(tree)
    var problems: [SettingsError.Problem] = []
    let root = result
    for declaration in declarations {
      let key = declaration.key
      guard let value = root[key] else { continue }
      do throws(SettingsError) {
        let resolved = try value.resolvingReferences(in: root, at: key)
        if !resolved.isMissing {
          result[key] = try declaration.normalize(resolved, key)
        } else if !allowingMissing {
          problems.append(.init(.missing, key: key, origin: resolved.origin))
        }
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw SettingsError(problems) }
    return result
  }
}
