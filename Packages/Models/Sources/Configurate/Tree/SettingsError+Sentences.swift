import Basics

extension SettingsError {
  /// All settings without a value, in one sentence.
  static func sentence(missing: [Problem]) -> String {
    let names = missing.map { "'\($0.key)'" }
    guard names.count > 1 else { return "mandatory setting \(names[0]) has no value" }
    return "mandatory settings have no value: \(names.joined(separator: ", "))"
  }
}

extension SettingsError.Problem: CustomStringConvertible {
  public var description: String { sentence }

  /// Lower case, without a full stop, naming key, expectation, finding and place.
  public var sentence: String {
    switch kind {
    case .noContext: "configure() must be called within a Configurate context"
    case .missing: SettingsError.sentence(missing: [self])
    case .unknownKey(let nearest):
      "unknown setting '\(key)'\(place)" + suggestion(nearest)
    case .wrongType(let expected, let found, let nearest):
      "setting '\(key)' must be \(expected), got \(found.phrase)\(place)" + suggestion(nearest)
    case .valueForGroup(let found):
      "'\(key)' is a group of settings, got \(found.phrase)\(place)"
    case .groupForValue(let expected):
      "setting '\(key)' is a value (\(expected.phrase) by default), got a mapping\(place)"
    case .conflictingTypes(let first, let second):
      "setting '\(key)' is declared twice with different types: \(first.phrase) and \(second.phrase)"
    case .conflictingDefaults(let first, let second):
      "setting '\(key)' is declared twice with different defaults: \(first.phrase) and \(second.phrase)"
    case .collision(let inner, let outer):
      "key collision: '\(inner.key)', \(inner.phrase), tries to nest under '\(outer.key)', \(outer.phrase)"
    case .badReference(let text, let fault):
      "setting '\(key)' holds the reference '\(text)'\(place), \(fault.clause)"
    case .missingFile(let nearest):
      unread("there is no such file" + suggestion(nearest))
    case .unopened(let reason): unread(reason)
    case .noYAML(let reason): unread(reason)
    case .violation(let violation): unread("\(violation)")
    }
  }

  private func unread(_ reason: String) -> String {
    "settings cannot be read" + (origin.map { " from \($0)" } ?? "") + ": \(reason)"
  }

  private var place: String { origin.map { " (\($0))" } ?? "" }
}

extension SettingsError.Problem.ReferenceFault {
  fileprivate var clause: String {
    switch self {
    case .circle: "which leads back to itself"
    case .unknown(let key, let nearest): "but there is no setting '\(key)'" + suggestion(nearest)
    case .form: "but only '${key}' with nothing around it is understood; write '\\${' for the letters"
    }
  }
}

extension SettingsTree {
  /// The value and its kind, short enough for a sentence: `'abc' (text)`.
  var phrase: String {
    switch content {
    case .missing: "'???'"
    case .null: "null"
    case .mapping: "a mapping"
    case .list(let elements): elements.isEmpty ? "an empty list" : "a list of \(elements.count)"
    case .bool: "'\(shortText)' (a truth value)"
    case .integer: "'\(shortText)' (an integer)"
    case .number: "'\(shortText)' (a number)"
    case .text: "'\(shortText)' (text)"
    }
  }

  private var shortText: String {
    let text = spelling ?? plainText
    return text.count <= 80 ? text : text.prefix(79) + "…"
  }
}

extension SettingDeclaration {
  /// `an integer (default 1) in Models.GPT.Configuration`.
  var phrase: String {
    let standard = defaultTree.isMissing ? "no default" : "default \(defaultTree.flowText)"
    return "\(typeName) (\(standard)) in \(owner)"
  }
}
