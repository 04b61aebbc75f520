import Basics

extension SettingsSchema {
  /// The declarations that `name` may mean: a key with slashes or dots, or the last parts of one or several.
  ///
  /// `eval/length`, `eval.length` and `length` find the same.
  ///
  /// - Returns: One declaration for a whole key; in the order of the schema all that end with `name`; none where none does.
  public func declarations(named name: String) -> [SettingDeclaration] {
    let key = Self.slashKey(name)
    guard !key.isEmpty else { return [] }
    if let declaration = self[key] { return [declaration] }
    return declarations.filter { $0.key.hasSuffix("/" + key) }
  }

  /// The key that is spelt most like `name`, whole or in its last parts.
  public func nearestKey(to name: String) -> String? {
    let key = Self.slashKey(name)
    let keys = declarations.map(\.key)
    if let whole = nearestName(to: key, among: keys) { return whole }
    let depth = key.split(separator: "/").count
    let ends = keys.map { $0.split(separator: "/").suffix(depth).joined(separator: "/") }
    guard let end = nearestName(to: key, among: ends) else { return nil }
    return zip(keys, ends).first { $1 == end }?.0
  }

  /// A key as people write it, with its parts joined by slashes.
  private static func slashKey(_ name: String) -> String {
    name.contains("/") ? name : name.replacing(".", with: "/")
  }
}
