internal import Basics

extension SettingsTree {
  /// Applies `KEY=VALUE` arguments in order.
  ///
  /// The key's parts are joined by dots, or by slashes if it has any. The value is read as YAML (`1e-3`, `true`,
  /// `[a, b]`, `{a: 1}`); an argument without `=`, or with nothing after it, means null. A mandatory key (`???`) can be
  /// set like any other.
  ///
  /// - Throws: ``SettingsError`` naming every argument whose key is unknown or whose value is unreadable; this tree is
  ///   then unchanged.
  public mutating func applyOverrides(_ arguments: [String]) throws(SettingsError) {
    var result = self
    var problems: [SettingsError.Problem] = []
    for argument in arguments {
      do throws(SettingsError) {
        try result.overlay(Self.parsing(override: argument))
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw SettingsError(problems) }
    self = result
  }

  private static func parsing(override argument: String) throws(SettingsError) -> SettingsTree {
    let origin = SettingOrigin.override(argument)
    let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let written = halves[0].trimming(while: \.isWhitespace)
    let parts = written.split(
      separator: written.contains("/") ? "/" : ".", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw SettingsError(
        .init(.violation(.value(expected: "KEY=VALUE with a key such as 'a.b'")), key: "", origin: origin))
    }
    let value = try halves.count == 1 ? .null : SettingsTree(override: String(halves[1]), origin)
    return parts.reversed().reduce(value.attributed(to: origin)) { inner, name in
      var group = SettingsMapping()
      group[String(name)] = inner
      return SettingsTree(.mapping(group), origin: origin)
    }
  }

  /// The same tree, written at `origin` throughout.
  private func attributed(to origin: SettingOrigin) -> SettingsTree {
    var result = self
    result.origin = origin
    switch content {
    case .list(let elements): result.content = .list(elements.map { $0.attributed(to: origin) })
    case .mapping(var group):
      for (name, value) in group.pairs { group[name] = value.attributed(to: origin) }
      result.content = .mapping(group)
    default: break
    }
    return result
  }
}

extension StringProtocol {
  /// Without the characters at both ends for which `predicate` holds.
  func trimming(while predicate: (Character) -> Bool) -> String {
    var rest = self[...]
    while let first = rest.first, predicate(first) { rest = rest.dropFirst() }
    while let last = rest.last, predicate(last) { rest = rest.dropLast() }
    return String(rest)
  }
}
