import Basics

/// An enum of texts is a setting by its raw values: `enum DType: String, CaseIterable, SettingValue { … }`.
extension SettingValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  public static var settingType: String {
    "one of " + quotedList(allCases.map(\.rawValue))
  }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    let written: String? =
      switch tree.content {
      case .text(let text): text
      case .integer, .number, .bool: tree.spelling ?? tree.plainText
      default: nil
      }
    if let written, let value = Self(rawValue: written) {
      self = value
      return
    }
    let nearest = written.flatMap { nearestName(to: $0, among: Self.allCases.map(\.rawValue)) }
    throw .mismatch(tree, expected: Self.settingType, nearest: nearest)
  }

  public var settingsTree: SettingsTree { SettingsTree(.text(rawValue)) }
}
