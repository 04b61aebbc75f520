public import Sharding
import Synchronization

/// Models that ranks of one process hold together: replicas hold the same, of which one copy in memory is enough.
public final class SharedModels: Sendable {
  private let mesh: Mesh
  /// By shard. Whoever comes first makes it, and the others wait.
  private let models: [Slot]

  /// - Parameter mesh: Its ranks are threads of this process.
  public init(on mesh: Mesh) {
    self.mesh = mesh
    models = (0..<mesh.shard).map { _ in Slot() }
  }

  /// The model that `rank` holds.
  ///
  /// - Parameter make: Reads it; must not wait for another rank.
  func model<Model: Sendable>(of rank: Int, make: () throws -> Model) rethrows -> Model {
    try models[mesh.coordinate(of: rank).shard].model.withLock { held in
      if let model = held as? Model { return model }
      let model = try make()
      held = model
      return model
    }
  }
}

/// A model, once it is there.
private final class Slot: Sendable {
  let model = Mutex<(any Sendable)?>(nil)
}
