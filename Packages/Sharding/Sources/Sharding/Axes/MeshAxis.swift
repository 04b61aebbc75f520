/// An axis of the mesh of ranks.
public enum MeshAxis: String, Sendable, Hashable, Codable, CaseIterable {
  /// Replicas: each holds the whole model and works on documents of its own.
  case batch
  /// The ranks that hold one model together.
  case shard
}
