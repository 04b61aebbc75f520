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
  /// What the setting does, without a full stop; empty where the declaration has no such text.
  public internal(set) var help: String
  /// Converts a value and gives it back in the type's own form.
  let normalize: @Sendable (SettingsTree, String) throws(SettingsError) -> SettingsTree

  init<Value: SettingValue>(_ key: SettingKey, owner: String, defaultValue: Value?) {
    self.key = key.path
    self.owner = owner
    help = key.help
    typeName = Value.settingType
    defaultTree = (defaultValue?.settingsTree ?? .missing).asValue
    normalize = { tree, path throws(SettingsError) in
      let value: Value = try key.read(tree, at: path)
      var normal = value.settingsTree.asValue
      normal.origin = tree.origin
      return normal
    }
  }

  public static func == (first: SettingDeclaration, second: SettingDeclaration) -> Bool {
    first.key == second.key && first.owner == second.owner && first.typeName == second.typeName
      && first.defaultTree == second.defaultTree
  }
}
