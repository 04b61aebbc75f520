/// What a field declares of its key, whatever the type of its value.
struct SettingKey: Sendable {
  /// The slash key.
  let path: String
  let help: String
  /// The largest integer that is accepted.
  let most: Int?

  init(_ path: String, help: String, most: Int? = nil) {
    self.path = path
    self.help = help
    self.most = most
  }

  /// Converts what a tree holds under this key.
  ///
  /// - Throws: ``SettingsError`` for a value of another type, or an integer above the largest.
  func read<Value: SettingValue>(_ found: SettingsTree, at key: String) throws(SettingsError) -> Value {
    let value = try Value.read(found, at: key)
    if let most, let integer = value as? Int, integer > most {
      throw SettingsError(
        .init(
          .wrongType(expected: "\(Value.settingType) of at most \(most)", found: found), key: key,
          origin: found.origin))
    }
    return value
  }
}
