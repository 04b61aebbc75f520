/// A value or null.
extension Optional: SettingValue where Wrapped: SettingValue {
  public static var settingType: String { "\(Wrapped.settingType) or null" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    if tree.isNull {
      self = nil
      return
    }
    do throws(SettingsError) {
      self = try Wrapped(settingsTree: tree)
    } catch {
      throw error.expecting(Self.settingType, insteadOf: Wrapped.settingType)
    }
  }

  public var settingsTree: SettingsTree { self?.settingsTree ?? .null }
}

/// A list; all its elements must convert. A single value is not a list.
extension Array: SettingValue where Element: SettingValue {
  public static var settingType: String { "a list, each element \(Element.settingType)" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    guard let elements = tree.list else { throw .mismatch(tree, expected: Self.settingType) }
    self = []
    var problems: [SettingsError.Problem] = []
    for (index, element) in elements.enumerated() {
      do throws(SettingsError) {
        append(try Element.read(element, at: "\(index)"))
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw SettingsError(problems) }
  }

  public var settingsTree: SettingsTree { SettingsTree(.list(map(\.settingsTree))) }
}

/// A mapping with any names, written in the order of its names.
extension Dictionary: SettingValue where Key == String, Value: SettingValue {
  public static var settingType: String { "a mapping, each value \(Value.settingType)" }

  public init(settingsTree tree: SettingsTree) throws(SettingsError) {
    guard let mapping = tree.mapping else { throw .mismatch(tree, expected: Self.settingType) }
    self = [:]
    var problems: [SettingsError.Problem] = []
    for (name, value) in mapping.pairs {
      do throws(SettingsError) {
        self[name] = try Value.read(value, at: name)
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw SettingsError(problems) }
  }

  public var settingsTree: SettingsTree {
    var mapping = SettingsMapping()
    for (name, value) in sorted(by: { $0.key < $1.key }) { mapping[name] = value.settingsTree }
    return SettingsTree(.mapping(mapping))
  }
}

/// Any value, whole: a setting of this type owns everything beneath its key.
extension SettingsTree: SettingValue {
  public static var settingType: String { "any value" }
  public init(settingsTree tree: SettingsTree) { self = tree }
  public var settingsTree: SettingsTree { self }
}

extension SettingsError {
  /// The same error, with the outermost value's expectation widened.
  fileprivate func expecting(_ wide: String, insteadOf narrow: String) -> SettingsError {
    SettingsError(
      problems.map { problem in
        guard problem.key.isEmpty, case .wrongType(narrow, let found, let nearest) = problem.kind else {
          return problem
        }
        var problem = problem
        problem.kind = .wrongType(expected: wide, found: found, nearest: nearest)
        return problem
      })
  }
}
