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
  ///     which talk in every layer, share a host.
  /// - Throws: ``TopologyError`` if a count is not positive or does not divide.
  public init(count: Int, localCount: Int? = nil, shardInto: Int = 1) throws(TopologyError) {
    let localCount = localCount ?? count
    guard shardInto > 0 else { throw TopologyError("shard_into must be positive, got \(shardInto)") }
    guard count > 0 else { throw TopologyError("device_count must be positive, got \(count)") }
    guard count <= Self.mostRanks else {
      throw TopologyError("device_count must be at most \(Self.mostRanks), got \(count)")
    }
    guard (1...count).contains(localCount) else {
      throw TopologyError("local_device_count=\(localCount) must be in 1...\(count), the device count")
    }
    guard localCount % shardInto == 0 else {
      throw TopologyError("shard_into=\(shardInto) must divide local_device_count=\(localCount)")
    }
    guard count % shardInto == 0 else {
      throw TopologyError("shard_into=\(shardInto) must divide device_count=\(count)")
    }
    mesh = Mesh(batch: count / shardInto, shard: shardInto)
    self.localCount = localCount
  }

  /// The most ranks that a mesh may have.
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

/// Numbers of ranks that make no mesh.
public struct TopologyError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
