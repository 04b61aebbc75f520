import Basics

/// A type that a ``Setting`` may have.
///
/// `Int`, `Double`, `Float`, `Bool`, `String`, optionals, arrays, dictionaries by `String`, ``SettingsTree`` (any value
/// whole), enums of `String` raw values (declare `CaseIterable, SettingValue`), and structs that are ``SettingRecord``s.
public protocol SettingValue: Sendable {
  /// What the value must be, for sentences and for comparing declarations: `an integer`.
  static var settingType: String { get }

  /// Converts a resolved tree that is not `???`.
  ///
  /// - Throws: ``SettingsError`` with keys relative to the value; ``SettingsError/mismatch(_:expected:nearest:)`` makes one.
  init(settingsTree tree: SettingsTree) throws(SettingsError)

  /// This value as a tree, such that it reads back equal.
  var settingsTree: SettingsTree { get }
}

extension SettingValue {
  /// Converts, and reports problems under `key`.
  static func read(_ tree: SettingsTree, at key: String) throws(SettingsError) -> Self {
    do throws(SettingsError) {
      return try Self(settingsTree: tree)
    } catch {
      throw SettingsError(error.problems.map { key.isEmpty ? $0 : $0.nested(under: key) })
    }
  }
}

extension SettingsError {
  /// The error of a value that is not what its type needs.
  ///
  /// - Parameters:
  ///   - found: What stands there.
  ///   - expected: What should, with its article: `an integer`.
  ///   - nearest: Of the names that may stand here, the one that is spelt most like what does.
  public static func mismatch(
    _ found: SettingsTree, expected: String, nearest: String? = nil
  ) -> SettingsError {
    let kind: Problem.Kind =
      found.isMissing ? .missing : .wrongType(expected: expected, found: found, nearest: nearest)
    return SettingsError(.init(kind, key: "", origin: found.origin))
  }
}
