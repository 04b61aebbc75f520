/// The ranks of a run, seen from one host: how many replicas there are, and how many of them are here.
public struct Topology: Sendable, Hashable {
  /// Replicas by shards, over all hosts.
  public let mesh: Mesh
  /// How many ranks run on this host.
  public let localCount: Int

  /// - Parameters:
  ///   - count: How many ranks there are over all hosts.
  ///   - localCount: How many of them run on this host; all of them if `nil`.
  ///   - shardInto: How many ranks hold one replica. It must divide the local count, so that the shards of one replica,
  ///     which communicate in every layer, share a host.
  /// - Throws: ``TopologyError`` if a count is not positive, is above ``mostRanks``, or does not divide.
  public init(count: Int, localCount: Int? = nil, shardInto: Int = 1) throws(TopologyError) {
    let localCount = localCount ?? count
    guard shardInto > 0 else { throw TopologyError(.notPositive(.shardInto, shardInto)) }
    guard count > 0 else { throw TopologyError(.notPositive(.deviceCount, count)) }
    guard count <= Self.mostRanks else { throw TopologyError(.tooMany(count, most: Self.mostRanks)) }
    guard (1...count).contains(localCount) else {
      throw TopologyError(.localOutside(localCount, of: count))
    }
    for (name, length) in [(TopologyError.Setting.localDeviceCount, localCount), (.deviceCount, count)] {
      guard length % shardInto == 0 else {
        throw TopologyError(.doesNotDivide(shardInto: shardInto, name, length))
      }
    }
    mesh = Mesh(batch: count / shardInto, shard: shardInto)
    self.localCount = localCount
  }

  /// The most ranks that a mesh may have: more than any machine, and few enough to keep a list of.
  public static let mostRanks = 1 << 20

  /// One rank on one host.
  public static let solo = Topology(mesh: .solo)

  /// All ranks of `mesh` on this host.
  public init(mesh: Mesh) {
    self.mesh = mesh
    localCount = mesh.count
  }

  /// How many ranks hold one replica.
  public var shards: Int { mesh.shard }
  /// How many replicas there are over all hosts.
  public var replicas: Int { mesh.batch }
  /// How many replicas run on this host.
  public var localReplicas: Int { localCount / shards }
  /// How many ranks there are over all hosts.
  public var count: Int { mesh.count }
}
