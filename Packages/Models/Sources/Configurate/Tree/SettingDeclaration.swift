/// One field's declaration, as a schema sees it.
public struct SettingDeclaration: Sendable, Equatable {
  /// The slash key.
  public let key: String
  /// The type that declares it: `Models.GPT.Configuration`.
  public let owner: String
  /// What its value must be: `an integer`.
  public let typeName: String
  /// Its default, or `???`.
  public let defaultTree: SettingsTree
  /// Converts a value and gives it back in the type's own form.
  let normalize: @Sendable (SettingsTree, String) throws(SettingsError) -> SettingsTree

  init<Value: SettingValue>(key: String, owner: String, valueType: Value.Type, defaultValue: Value?) {
    self.key = key
    self.owner = owner
    typeName = Value.settingType
    defaultTree = (defaultValue?.settingsTree ?? .missing).asValue
    normalize = { tree, key throws(SettingsError) in
      var normal = try Value.read(tree, at: key).settingsTree.asValue
      normal.origin = tree.origin
      return normal
    }
  }

  public static func == (first: SettingDeclaration, second: SettingDeclaration) -> Bool {
    first.key == second.key && first.owner == second.owner && first.typeName == second.typeName
      && first.defaultTree == second.defaultTree
  }
}
