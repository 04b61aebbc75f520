/// One field of a ``Settings`` struct: its key, and its default where it has one.
///
/// A field without a default is mandatory. It may stay without a value only between `init()` and the assignment of
/// one; reading it before that is a programmer's error and traps.
@propertyWrapper
public struct Setting<Value: SettingValue>: Sendable {
  /// The slash key, such as `architecture/n_embd`.
  public let key: String

  /// `nil` while a mandatory field has no value.
  private var stored: Value?

  /// A field with a default, which is evaluated only where no tree supplies the value.
  ///
  /// - Parameter help: What the setting does: a noun phrase, or an imperative, without a full stop. It stands beside the
  ///   key wherever settings are written for people.
  public init(wrappedValue defaultValue: @autoclosure () -> Value, _ key: String, help: String = "") {
    self.key = key
    stored = Hydrator.value(of: SettingKey(key, help: help)) { defaultValue() }
  }

  /// A mandatory field: `???` in a tree of defaults.
  public init(_ key: String, help: String = "") {
    self.key = key
    stored = Hydrator.value(of: SettingKey(key, help: help)) { nil }
  }

  public var wrappedValue: Value {
    get {
      guard let stored else {
        preconditionFailure("setting '\(key)' has no default and was read before it was set")
      }
      return stored
    }
    set { stored = newValue }
  }
}

extension Setting where Value == Int {
  /// A count with a default.
  ///
  /// - Parameter most: The largest value that is accepted, so that what multiplies it stays within 64 bits.
  public init(
    wrappedValue defaultValue: @autoclosure () -> Int, _ key: String, atMost most: Int, help: String = ""
  ) {
    self.key = key
    stored = Hydrator.value(of: SettingKey(key, help: help, most: most)) { defaultValue() }
  }

  /// A mandatory count.
  public init(_ key: String, atMost most: Int, help: String = "") {
    self.key = key
    stored = Hydrator.value(of: SettingKey(key, help: help, most: most)) { nil }
  }
}

extension Setting: Equatable where Value: Equatable {}

/// What reflection over a settings struct sees of its fields.
protocol SettingField {
  var key: String { get }
  /// The current value as a tree, or `???` while there is none.
  var tree: SettingsTree { get }
}

extension Setting: SettingField {
  var tree: SettingsTree { stored?.settingsTree ?? .missing }
}
