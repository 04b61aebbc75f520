/// Which logical axes of a model are cut, and along which axis of the mesh.
///
/// Made from the list that a model's root module states. An axis that no rule names stays whole.
public struct ShardingRules: Sendable, Equatable {
  /// The rules as they were given, the first of each axis.
  public let rules: [(LogicalAxis, MeshAxis?)]
  private let meshAxes: [LogicalAxis: MeshAxis?]

  /// - Parameter rules: Pairs of a logical axis and the mesh axis that cuts it, `nil` to keep it whole. Where two
  ///   pairs name the same logical axis, the first one holds, so that a caller can put its own in front.
  public init(_ rules: [(LogicalAxis, MeshAxis?)] = []) {
    var meshAxes: [LogicalAxis: MeshAxis?] = [:]
    self.rules = rules.filter { axis, mesh in
      guard meshAxes[axis] == nil else { return false }
      meshAxes[axis] = .some(mesh)
      return true
    }
    self.meshAxes = meshAxes
  }

  /// The mesh axis that cuts `axis`, or `nil` where it stays whole.
  public subscript(axis: LogicalAxis?) -> MeshAxis? {
    axis.flatMap { meshAxes[$0] } ?? nil
  }

  /// For each axis of a parameter, the mesh axis that cuts it.
  ///
  /// - Throws: ``PlacementError`` if one mesh axis would cut two axes of the parameter.
  public func spec(for axes: [ParameterAxis], of parameter: String) throws(PlacementError) -> PartitionSpec {
    var used: Set<MeshAxis> = []
    for axis in axes {
      guard let mesh = self[axis.name] else { continue }
      guard used.insert(mesh).inserted else {
        throw PlacementError(parameter: parameter, axis: axis, shards: 0, reason: .usedTwice(mesh))
      }
    }
    return PartitionSpec(axes.map { self[$0.name] })
  }

  public static func == (a: ShardingRules, b: ShardingRules) -> Bool {
    a.rules.elementsEqual(b.rules) { $0 == $1 }
  }
}
