public import Basics

/// Everything that is wrong with some settings, found at once.
///
/// Its description is the problems' sentences, joined by semicolons.
public struct SettingsError: ReportableError, Sendable, Equatable {
  /// Never empty.
  public var problems: [Problem]

  init(_ problems: [Problem]) { self.problems = problems }
  init(_ problem: Problem) { problems = [problem] }

  public var description: String {
    let missing = problems.filter { $0.kind == .missing }
    let others = problems.filter { $0.kind != .missing }.map(\.sentence)
    return (others + (missing.isEmpty ? [] : [Self.sentence(missing: missing)])).joined(separator: "; ")
  }

  /// One thing that is wrong.
  public struct Problem: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
      /// ``configure(_:overrides:)`` outside of ``withConfiguration(_:_:)-(_,()->R)``.
      case noContext
      /// A mandatory setting without a value.
      case missing
      /// A key that no settings declare, and the nearest one that some do.
      case unknownKey(nearest: String?)
      /// A value that does not convert to the declared type; of names that may stand here, the one spelt most like it.
      case wrongType(expected: String, found: SettingsTree, nearest: String? = nil)
      /// A value where a group of keys belongs.
      case valueForGroup(found: SettingsTree)
      /// A group of keys where a value belongs.
      case groupForValue(expected: SettingsTree)
      /// Two declarations of one key with different types.
      case conflictingTypes(SettingDeclaration, SettingDeclaration)
      /// Two declarations of one key with different defaults.
      case conflictingDefaults(SettingDeclaration, SettingDeclaration)
      /// A key below another key that holds a value.
      case collision(SettingDeclaration, under: SettingDeclaration)
      /// A reference that cannot be followed.
      case badReference(text: String, ReferenceFault)
      /// A file of settings that is not there, and the nearest name beside it.
      case missingFile(nearest: String?)
      /// A file of settings that cannot be read, and why.
      case unopened(reason: String)
      /// A text that is no YAML, for the parser's own reason.
      case noYAML(reason: String)
      /// A text that is no tree of settings.
      case violation(Violation)
    }

    /// Why a reference cannot be followed.
    public enum ReferenceFault: Sendable, Equatable {
      /// It leads back to itself.
      case circle
      /// There is no setting of this key.
      case unknown(String, nearest: String?)
      /// It is of another form than `${key}`.
      case form
    }

    public var kind: Kind
    /// The slash key, empty where the problem is not about one.
    public var key: String
    /// Where the offending text stands.
    public var origin: SettingOrigin?

    init(_ kind: Kind, key: String, origin: SettingOrigin? = nil) {
      self.kind = kind
      self.key = key
      self.origin = origin
    }

    /// The problem of a value, as a problem of what contains it under `name`.
    func nested(under name: String) -> Problem {
      var outer = self
      outer.key = key.isEmpty ? name : "\(name)/\(key)"
      if case .unknownKey(let nearest?) = kind { outer.kind = .unknownKey(nearest: "\(name)/\(nearest)") }
      return outer
    }
  }
}

/// Where a value was written.
public enum SettingOrigin: Sendable, Hashable, CustomStringConvertible {
  /// A file, or the name given to a text, and the line counted from 1 if there is one to point at.
  case file(String, line: Int?)
  /// A text inside a data file, such as a checkpoint's own settings, under the name given to it.
  case data(String, line: Int?)
  /// A `KEY=VALUE` argument.
  case override(String)

  public var description: String {
    switch self {
    case .file(let name, let line), .data(let name, let line):
      "'\(name)'" + (line.map { ", line \($0)" } ?? "")
    case .override(let text): "override '\(text.prefix(100))\(text.count > 100 ? "…" : "")'"
    }
  }
}
