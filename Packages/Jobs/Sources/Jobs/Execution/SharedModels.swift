public import Sharding

/// Models that ranks of one process hold together: replicas hold the same, of which one copy in memory is enough.
public final class SharedModels: Sendable {
  private let mesh: Mesh
  /// By shard.
  private let models: [ModelSlot]

  /// - Parameter mesh: Its ranks are threads of this process.
  public init(on mesh: Mesh) {
    self.mesh = mesh
    models = (0..<mesh.shard).map { _ in ModelSlot() }
  }

  /// Lets go of all models, so that others can be held; no rank may need them any more.
  public func clear() {
    for model in models { model.clear() }
  }

  /// The model that `rank` holds.
  ///
  /// - Parameter make: Reads it; must not wait for another rank.
  func model<Model: Sendable>(of rank: Int, make: () throws -> Model) rethrows -> Model {
    try models[mesh.coordinate(of: rank).shard].model(make)
  }
}
