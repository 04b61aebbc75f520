/// A 64-bit integer; text such as `'12'` converts, a number such as `1.0` does not.
extension Int: SettingValue {
  public static var settingType: String { "an integer" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    switch tree.content {
    case .integer(let integer): self = integer
    case .text(let text):
      guard let integer = ScalarText.integer(text) else { fallthrough }
      self = integer
    default: throw .mismatch(tree, expected: Self.settingType)
    }
  }

  public var settingsTree: SettingsTree { SettingsTree(.integer(self)) }
}

/// A number; integers and text such as `'0.5'` convert.
extension Double: SettingValue {
  public static var settingType: String { "a number" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    switch tree.content {
    case .integer(let integer): self = Double(integer)
    case .number(let number): self = number
    case .text(let text):
      switch ScalarText.content(of: text) {
      case .integer(let integer): self = Double(integer)
      case .number(let number): self = number
      default: throw .mismatch(tree, expected: Self.settingType)
      }
    default: throw .mismatch(tree, expected: Self.settingType)
    }
  }

  public var settingsTree: SettingsTree { SettingsTree(.number(self)) }
}

/// A number rounded to float32; what is finite must stay finite.
extension Float: SettingValue {
  public static var settingType: String { Double.settingType }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    let wide = try Double(settingsTree: tree)
    self = Float(wide)
    guard isFinite || !wide.isFinite else { throw .mismatch(tree, expected: "a number that float32 holds") }
  }

  /// The shortest decimal that reads back as this float32: 0.1, not 0.10000000149.
  public var settingsTree: SettingsTree { SettingsTree(.number(Double(description) ?? Double(self))) }
}

/// `true` or `false`; the words `yes`, `no`, `on` and `off` convert, numbers do not.
extension Bool: SettingValue {
  public static var settingType: String { "true or false" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    switch tree.content {
    case .bool(let flag): self = flag
    case .text(let text):
      switch text.lowercased() {
      case "true", "yes", "on": self = true
      case "false", "no", "off": self = false
      default: throw .mismatch(tree, expected: Self.settingType)
      }
    default: throw .mismatch(tree, expected: Self.settingType)
    }
  }

  public var settingsTree: SettingsTree { SettingsTree(.bool(self)) }
}

/// Text; numbers and truth values convert, as they were spelt.
///
/// `\${` stands for `${`, which would begin a reference.
extension String: SettingValue {
  public static var settingType: String { "text" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    switch tree.content {
    case .text(let text): self = text.replacing("\\${", with: "${")
    case .integer, .number, .bool: self = tree.spelling ?? tree.plainText
    default: throw .mismatch(tree, expected: Self.settingType)
    }
  }

  public var settingsTree: SettingsTree { SettingsTree(.text(replacing("${", with: "\\${"))) }
}
