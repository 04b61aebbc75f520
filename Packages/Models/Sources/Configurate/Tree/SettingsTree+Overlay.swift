import Basics

extension SettingsTree {
  /// What ``overlay(_:unknownKeys:)`` does with a key that the tree does not have.
  public enum UnknownKeys: Sendable {
    /// Throws, naming each and the nearest key that exists.
    case refuse
    /// Leaves them out: for a file that was made for another job.
    case skip
    /// Takes them in: for trees that are not defaults.
    case add
  }

  /// Puts `other`'s values over this tree's.
  ///
  /// Groups merge, lists and scalars are replaced whole, `???` in `other` replaces nothing. New names in a mapping that
  /// is one setting's value are always taken. A name with slashes, as in a file's `architecture/n_embd: 32`, is a path.
  ///
  /// - Throws: ``SettingsError`` naming every unknown key, every group where a value belongs, and every value where a
  ///   group belongs; this tree is then unchanged.
  public mutating func overlay(
    _ other: SettingsTree, unknownKeys: UnknownKeys = .refuse
  ) throws(SettingsError) {
    var merge = Merge(known: keys, unknownKeys: unknownKeys)
    let merged = merge.merged(self, other, at: "")
    guard merge.problems.isEmpty else { throw SettingsError(merge.problems) }
    self = merged
  }

  /// The settings that differ from `defaults`, and those that `defaults` lacks. `???` never differs.
  public func changes(from defaults: SettingsTree) -> SettingsTree {
    var changes = SettingsTree()
    guard let mapping else { return changes }
    for (name, value) in mapping.pairs where !value.isMissing {
      guard let standard = defaults.mapping?[name] else {
        changes[direct: name] = value
        continue
      }
      if value.mapping != nil, let group = standard.mapping, !group.isValue {
        let inner = value.changes(from: standard)
        if inner.mapping?.isEmpty == false { changes[direct: name] = inner }
      } else if value != standard {
        changes[direct: name] = value
      }
    }
    return changes
  }

  /// A member by its whole name, slashes and all.
  private subscript(direct name: String) -> SettingsTree? {
    get { mapping?[name] }
    set {
      var group = mapping ?? .init()
      group[name] = newValue
      content = .mapping(group)
    }
  }
}

/// One merge on its way down two trees.
private struct Merge {
  let known: [String]
  let unknownKeys: SettingsTree.UnknownKeys
  var problems: [SettingsError.Problem] = []

  init(known: [String], unknownKeys: SettingsTree.UnknownKeys) {
    self.known = known
    self.unknownKeys = unknownKeys
  }

  mutating func merged(_ base: SettingsTree, _ other: SettingsTree, at key: String) -> SettingsTree {
    if other.isMissing { return base }
    switch (base.content, other.content) {
    case (.mapping(let group), .mapping(let over)):
      return SettingsTree(.mapping(merged(group, over, at: key)), origin: other.origin ?? base.origin)
    case (.mapping(let group), _) where !group.isValue:
      problems.append(.init(.valueForGroup(found: other), key: key, origin: other.origin))
    case (.missing, .mapping), (.null, .mapping):
      return other.asValue
    case (_, .mapping):
      problems.append(.init(.groupForValue(expected: base), key: key, origin: other.origin))
    default:
      return other
    }
    return base
  }

  private mutating func merged(
    _ group: SettingsMapping, _ over: SettingsMapping, at key: String
  ) -> SettingsMapping {
    var result = group
    for (name, value) in over.pairs {
      let inner = key.isEmpty ? name : "\(key)/\(name)"
      if let standard = result[name] {
        result[name] = merged(standard, value, at: inner)
      } else if !group.isValue, name.contains("/") {
        var nested = SettingsTree()
        nested[name] = value
        result = merged(result, nested.mapping ?? .init(), at: key)
      } else if group.isValue || unknownKeys == .add {
        result[name] = value
      } else if unknownKeys == .refuse {
        refuse(value, at: inner)
      }
    }
    return result
  }

  /// Names the leaves rather than the group, because those are what was typed.
  private mutating func refuse(_ value: SettingsTree, at key: String) {
    let leaves = value.leaves.isEmpty ? [("", value)] : value.leaves.map { ("/" + $0.key, $0.value) }
    for (suffix, leaf) in leaves {
      let full = key + suffix
      problems.append(
        .init(.unknownKey(nearest: nearestName(to: full, among: known)), key: full, origin: leaf.origin))
    }
  }
}
