import Basics

/// A ``Settings`` struct that is itself a value, mostly an element of a list; its keys are relative to the value.
///
///     struct DatasetSource: SettingRecord {
///       @Setting("name") var name: String
///       @Setting("rate") var rate = 1.0
///     }
///     @Setting("training/dataset") var dataset: [DatasetSource]
///
/// No other settings declare what is inside, so names that the record does not have are errors here.
public protocol SettingRecord: Settings, SettingValue {}

extension SettingRecord {
  public static var settingType: String { "a mapping of \(Self.self)" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    guard tree.mapping != nil else { throw .mismatch(tree, expected: Self.settingType) }
    let (value, keys) = try Self.hydrated(from: tree, root: tree)
    let unknown = tree.leaves.filter { leaf in
      !keys.contains { leaf.key == $0 || leaf.key.hasPrefix($0 + "/") }
    }
    guard unknown.isEmpty else {
      throw SettingsError(
        unknown.map { leaf in
          let nearest = nearestName(to: leaf.key, among: keys.sorted())
          return .init(.unknownKey(nearest: nearest), key: leaf.key, origin: leaf.value.origin)
        })
    }
    self = value
  }

  public var settingsTree: SettingsTree { SettingsTree(self) }
}
