public import Configurate
public import Sharding

/// A piece of a network: settings it is built from, the parts it is made of, and how its axes may be cut.
///
/// A module sees rows and a ``ForwardPass``; never a batch shape, a rank, a file, or a tape.
public protocol Module: Sendable {
  /// What a module of this type is hydrated from; its keys become part of every job that uses the module.
  associatedtype Configuration: Settings

  /// The types of the parts that this module is directly made of.
  static func components() -> [any Module.Type]

  /// Which logical axes are cut, and along which axis of the mesh; `nil` for an axis that stays whole.
  ///
  /// Only the root's list is used for a model, so leaves return an empty one.
  static var sharding: [(LogicalAxis, MeshAxis?)] { get }
  /// The rules of this module, which are its type's unless what it is made of differs from one to the other.
  var sharding: [(LogicalAxis, MeshAxis?)] { get }

  /// Turns what a pass recorded into named figures; none by default.
  static func plot(_ intermediates: Intermediates) -> [String: Figure]
  /// What this module draws, which is what its type draws unless what it is made of differs from one to the other.
  func plot(_ intermediates: Intermediates) -> [String: Figure]
}

extension Module {
  public static var sharding: [(LogicalAxis, MeshAxis?)] { [] }
  public var sharding: [(LogicalAxis, MeshAxis?)] { Self.sharding }

  public static func plot(_ intermediates: Intermediates) -> [String: Figure] { [:] }
  public func plot(_ intermediates: Intermediates) -> [String: Figure] { Self.plot(intermediates) }

  /// All types below and including this one, depth first, each once, in the order of `components()`.
  public static func gather() -> [any Module.Type] {
    var found: [any Module.Type] = []
    var seen: Set<ObjectIdentifier> = []
    func visit(_ module: any Module.Type) {
      guard seen.insert(ObjectIdentifier(module)).inserted else { return }
      found.append(module)
      module.components().forEach(visit)
    }
    visit(Self.self)
    return found
  }

  /// The settings of every gathered type, in the same order: what `configure` can ask of this module.
  public static var gatheredSettings: [any Settings.Type] { gather().map { $0.settingsType } }

  static var settingsType: any Settings.Type { Configuration.self }
}
