/// Settings as data: one value, list or mapping, and all that is beneath it. Mappings keep their order.
///
/// Slash keys reach into mappings: `tree["architecture/n_embd"]`. Literals make trees, and slashes in their keys
/// nest: `["architecture/n_embd": 32, "eval": ["length": -1]]`.
public struct SettingsTree: Sendable {
  public enum Content: Sendable {
    /// `???`: must be set before it is read.
    case missing
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([SettingsTree])
    case mapping(SettingsMapping)
  }

  public var content: Content

  /// Where this was written, if it was read from a file or an override. Equality ignores it.
  public var origin: SettingOrigin?

  /// The letters of a scalar as they were written, where they may differ from how it would be written now.
  ///
  /// Text settings take these: a `data/suffix: 1.10` is the suffix `1.10`.
  var spelling: String?

  /// An empty mapping, to be filled by keys.
  public init() { content = .mapping(.init()) }

  public init(_ content: Content, origin: SettingOrigin? = nil) {
    self.init(content, origin: origin, spelling: nil)
  }

  init(_ content: Content, origin: SettingOrigin?, spelling: String?) {
    self.content = content
    self.origin = origin
    self.spelling = spelling
  }

  public static let missing = SettingsTree(.missing)
  public static let null = SettingsTree(.null)

  public var isMissing: Bool { if case .missing = content { true } else { false } }
  public var isNull: Bool { if case .null = content { true } else { false } }

  /// The mapping, or `nil` for anything else.
  public var mapping: SettingsMapping? { if case .mapping(let mapping) = content { mapping } else { nil } }

  /// The list's elements, or `nil` for anything else.
  public var list: [SettingsTree]? { if case .list(let elements) = content { elements } else { nil } }
}

/// Names and their values, in order.
public struct SettingsMapping: Sendable {
  /// The names, each once, in the order of their first appearance.
  public private(set) var names: [String] = []
  private var values: [String: SettingsTree] = [:]

  /// Whether this is one setting's value, whose names are no keys, rather than a group of settings.
  public internal(set) var isValue = false

  public init() {}

  public subscript(name: String) -> SettingsTree? {
    get { values[name] }
    set {
      if values[name] == nil, newValue != nil { names.append(name) }
      if newValue == nil, values[name] != nil { names.removeAll { $0 == name } }
      values[name] = newValue
    }
  }

  /// Names and values, in order.
  public var pairs: [(name: String, value: SettingsTree)] {
    names.compactMap { name in values[name].map { (name, $0) } }
  }

  public var isEmpty: Bool { names.isEmpty }
  public var count: Int { names.count }
}

/// Trees are equal if they mean the same: 1 and 1.0 are equal, the order of names does not count, nor do origins.
extension SettingsTree: Equatable {
  public static func == (first: SettingsTree, second: SettingsTree) -> Bool {
    switch (first.content, second.content) {
    case (.missing, .missing), (.null, .null): true
    case (.bool(let first), .bool(let second)): first == second
    case (.integer(let first), .integer(let second)): first == second
    case (.number(let first), .number(let second)): first == second || (first.isNaN && second.isNaN)
    case (.integer(let integer), .number(let number)), (.number(let number), .integer(let integer)):
      Int(exactly: number) == integer
    case (.text(let first), .text(let second)): first == second
    case (.list(let first), .list(let second)): first == second
    case (.mapping(let first), .mapping(let second)): first == second
    default: false
    }
  }
}

extension SettingsMapping: Equatable {
  public static func == (first: SettingsMapping, second: SettingsMapping) -> Bool {
    first.values == second.values
  }
}

extension SettingsTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Text, or a value still to be given for `"???"`.
  public init(stringLiteral text: String) { self.init(text == "???" ? .missing : .text(text)) }
  public init(integerLiteral value: Int) { self.init(.integer(value)) }
  public init(floatLiteral value: Double) { self.init(.number(value)) }
  public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
  public init(arrayLiteral elements: SettingsTree...) { self.init(.list(elements)) }

  /// A mapping; slashes in the keys nest, and a later key wins.
  public init(dictionaryLiteral elements: (String, SettingsTree)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}
