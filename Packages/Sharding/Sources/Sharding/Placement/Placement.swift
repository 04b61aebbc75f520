/// Rules on a mesh: which slice of which parameter each rank holds.
///
/// Knows nothing of tensors or files, so that every parameter of a model can be checked before one byte is read.
public struct Placement: Sendable, Equatable {
  public let rules: ShardingRules
  public let mesh: Mesh

  public init(_ rules: ShardingRules = ShardingRules(), on mesh: Mesh = .solo) {
    self.rules = rules
    self.mesh = mesh
  }

  /// Into how many the axes of this name are cut: 1 where they stay whole.
  public func shards(of axis: LogicalAxis?) -> Int {
    rules[axis].map { mesh.size(of: $0) } ?? 1
  }

  /// What `rank` holds of a parameter.
  ///
  /// - Parameters:
  ///   - parameter: Its path, for the error.
  ///   - axes: Its axes, slowest first.
  /// - Throws: ``PlacementError`` naming parameter, axis, size, unit and shards, if an axis does not divide.
  public func slice(of parameter: String, axes: [ParameterAxis], rank: Int) throws(PlacementError)
    -> TensorSlice
  {
    let spec = try rules.spec(for: axes, of: parameter)
    let coordinate = mesh.coordinate(of: rank)
    var ranges: [[Range<Int>]] = []
    for (axis, meshAxis) in zip(axes, spec.axes) {
      let shards = meshAxis.map { mesh.size(of: $0) } ?? 1
      ranges.append(
        try axis.ranges(shard: meshAxis.map { coordinate[$0] } ?? 0, of: shards, in: parameter))
    }
    return TensorSlice(of: axes.map(\.size), ranges: ranges)
  }

  /// What each rank holds of a parameter, in the order of ranks.
  ///
  /// - Throws: ``PlacementError`` as ``slice(of:axes:rank:)`` does.
  public func slices(of parameter: String, axes: [ParameterAxis]) throws(PlacementError) -> [TensorSlice] {
    var slices: [TensorSlice] = []
    for rank in 0..<mesh.count { slices.append(try slice(of: parameter, axes: axes, rank: rank)) }
    return slices
  }
}
