public import Sharding

extension ThreadMesh {
  /// ``ThreadMesh/run(_:patience:_:)`` for tests: a hang is a failure that names which rank waits for which.
  public static func test<Value: Sendable>(
    _ mesh: Mesh, patience: Duration = .seconds(60),
    _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws(RankFailure) -> [Value] {
    try run(mesh, patience: patience, body)
  }
}
