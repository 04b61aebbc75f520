import Basics

/// Every key that some settings types declare, with its type and default.
///
/// Several types may declare one key, and then read one value. Their types must be the same and their defaults equal;
/// a declaration without a default leaves it to the others.
public struct SettingsSchema: Sendable {
  /// One declaration a key, in the order of the first.
  public private(set) var declarations: [SettingDeclaration] = []
  /// Every key with its default, in the same order; `???` where a value must be given.
  public private(set) var defaults = SettingsTree()
  private var positions: [String: Int] = [:]

  /// Collects the declarations of `types`, in order.
  ///
  /// - Parameter mandatory: Keys without a default here, whatever their declarations. The original system did this
  ///   silently where declarations disagree (`optimization/warmup_pct` when a trainer and a schedule declare it); here
  ///   a disagreement is an error, unless the job lists the key and so leaves the decision to its user.
  /// - Throws: ``SettingsError`` naming every conflict and collision, and every key of `mandatory` that no settings declare.
  public init(of types: [any Settings.Type], mandatory: Set<String> = []) throws(SettingsError) {
    var problems: [SettingsError.Problem] = []
    for type in types {
      let owner = String(reflecting: type)
      let found = Hydrator.run(.collecting(owner: owner)) { _ = type.init() }.findings
      for declaration in found.declarations { add(declaration, mandatory: mandatory, &problems) }
    }
    for key in mandatory.sorted() where positions[key] == nil {
      let nearest = nearestName(to: key, among: declarations.map(\.key))
      problems.append(.init(.unknownKey(nearest: nearest), key: key))
    }
    problems += collisions()
    guard problems.isEmpty else { throw SettingsError(problems) }
    for declaration in declarations {
      let isOpen = mandatory.contains(declaration.key)
      defaults[declaration.key] = isOpen ? .missing : declaration.defaultTree
    }
  }

  /// The declaration of `key`, if there is one.
  public subscript(key: String) -> SettingDeclaration? { positions[key].map { declarations[$0] } }

  private mutating func add(
    _ declaration: SettingDeclaration, mandatory: Set<String>, _ problems: inout [SettingsError.Problem]
  ) {
    guard let position = positions[declaration.key] else {
      positions[declaration.key] = declarations.count
      declarations.append(declaration)
      return
    }
    let first = declarations[position]
    if first.help.isEmpty { declarations[position].help = declaration.help }
    if first.typeName != declaration.typeName {
      problems.append(.init(.conflictingTypes(first, declaration), key: declaration.key))
    } else if first.defaultTree.isMissing {
      declarations[position] = declaration
      if !first.help.isEmpty { declarations[position].help = first.help }
    } else if !declaration.defaultTree.isMissing, first.defaultTree != declaration.defaultTree,
      !mandatory.contains(declaration.key)
    {
      problems.append(.init(.conflictingDefaults(first, declaration), key: declaration.key))
    }
  }

  /// Keys that would nest under another key's value.
  private func collisions() -> [SettingsError.Problem] {
    declarations.flatMap { inner in
      let parts = inner.key.split(separator: "/", omittingEmptySubsequences: false)
      return (1..<parts.count).compactMap { length in
        self[parts[..<length].joined(separator: "/")].map { outer in
          SettingsError.Problem(.collision(inner, under: outer), key: inner.key)
        }
      }
    }
  }
}

extension SettingsTree {
  /// Every key that `types` declare, with its default: ``SettingsSchema/defaults``.
  public static func defaults(
    for types: [any Settings.Type], mandatory: Set<String> = []
  ) throws(SettingsError) -> SettingsTree {
    try SettingsSchema(of: types, mandatory: mandatory).defaults
  }
}
