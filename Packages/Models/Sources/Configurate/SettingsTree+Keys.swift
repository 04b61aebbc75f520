extension SettingsTree {
  /// What stands under a slash key, or `nil`.
  ///
  /// Assigning makes the groups on the way, in place of any value that is in the way, and `nil` removes.
  public subscript(key: String) -> SettingsTree? {
    get { self[key.split(separator: "/", omittingEmptySubsequences: false)[...]] }
    set { self[key.split(separator: "/", omittingEmptySubsequences: false)[...]] = newValue }
  }

  private subscript(path: ArraySlice<Substring>) -> SettingsTree? {
    get {
      guard let name = path.first else { return self }
      return mapping?[String(name)]?[path.dropFirst()]
    }
    set {
      guard let first = path.first else {
        self = newValue ?? .null
        return
      }
      let name = String(first)
      if newValue == nil, mapping?[name] == nil { return }
      var group = mapping ?? .init()
      if path.count == 1 {
        group[name] = newValue
      } else {
        var child = group[name] ?? SettingsTree()
        child[path.dropFirst()] = newValue
        group[name] = child
      }
      content = .mapping(group)
    }
  }

  /// The slash keys of all settings, in order. A mapping that is one setting's value counts as one; an empty group has
  /// none.
  public var keys: [String] { leaves.map(\.key) }

  /// All settings with their slash keys, in order.
  public var leaves: [(key: String, value: SettingsTree)] {
    guard let mapping, !mapping.isValue else { return [] }
    return mapping.pairs.flatMap { name, value in
      guard let inner = value.mapping, !inner.isValue else { return [(name, value)] }
      return value.leaves.map { ("\(name)/\($0.key)", $0.value) }
    }
  }

  /// The value under `key` as a `Value`, or `nil` if there is none.
  ///
  /// - Throws: ``SettingsError`` if it is `???` or does not convert.
  public func value<Value: SettingValue>(
    of key: String, as type: Value.Type = Value.self
  ) throws(SettingsError) -> Value? {
    guard let found = try self[key]?.resolvingReferences(in: self, at: key) else { return nil }
    guard !found.isMissing else { throw SettingsError(.init(.missing, key: key, origin: found.origin)) }
    return try Value.read(found, at: key)
  }

  /// The settings that `settings` holds, with their current values.
  public init(_ settings: some Settings) {
    self.init()
    for field in settings.settingFields { self[field.key] = field.tree.asValue }
  }

  /// This tree as the value of one setting: if it is a mapping, its names are no keys.
  var asValue: SettingsTree {
    guard var mapping else { return self }
    mapping.isValue = true
    return SettingsTree(.mapping(mapping), origin: origin)
  }
}
