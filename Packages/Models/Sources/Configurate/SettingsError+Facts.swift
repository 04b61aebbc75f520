public import Basics

extension SettingsError {
  /// The first problem's kind.
  public var kind: Problem.Kind { problems[0].kind }
  /// The first problem's slash key; empty where it is not about one.
  public var key: String { problems[0].key }
  /// Where the first problem's text stands.
  public var origin: SettingOrigin? { problems[0].origin }
  /// What the first problem's value must be; see ``Problem/expected``.
  public var expected: String? { problems[0].expected }
  /// What stands in its place; see ``Problem/found``.
  public var found: SettingsTree? { problems[0].found }
  /// The nearest right name; see ``Problem/nearest``.
  public var nearest: String? { problems[0].nearest }

  /// Of a data file, such as a checkpoint, or of what a user wrote.
  public var fault: Fault {
    if case .missingFile = kind { return .missingInput }
    if case .data = origin { return .badData }
    return .usage
  }
}

extension SettingsError.Problem {
  /// What belongs here, with its article: `an integer`.
  public var expected: String? {
    switch kind {
    case .wrongType(let expected, _, _): expected
    case .valueForGroup: "a group of settings"
    case .groupForValue: "a value"
    case .missing: "a value"
    case .violation(let violation): violation.expected
    default: nil
    }
  }

  /// The value that stands here instead.
  public var found: SettingsTree? {
    switch kind {
    case .wrongType(_, let found, _), .valueForGroup(let found): found
    default: nil
    }
  }

  /// The right key, or the right value, that is spelt most like the wrong one.
  public var nearest: String? {
    switch kind {
    case .unknownKey(let nearest), .missingFile(let nearest), .wrongType(_, _, let nearest),
      .badReference(_, .unknown(_, let nearest)):
      nearest
    default: nil
    }
  }
}
