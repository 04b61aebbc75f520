/// For each axis of a tensor the mesh axis that cuts it, or `nil` where the axis is whole on every rank.
public struct PartitionSpec: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public let axes: [MeshAxis?]

  public init(_ axes: [MeshAxis?]) { self.axes = axes }
  public init(arrayLiteral axes: MeshAxis?...) { self.init(axes) }

  /// Such as `(·, shard)`.
  public var description: String {
    "(\(axes.map { $0?.rawValue ?? "·" }.joined(separator: ", ")))"
  }
}
