public import Sharding

/// Something that every communicator over a whole mesh does, whatever carries it: the ranks of a run call ``run(_:)`` together.
///
/// `ShardingTests` runs all of them on threads and on packets in memory, `ci/mpi` on processes.
public struct CommunicatorCheck: Sendable, CustomStringConvertible {
  public let description: String
  /// - Throws: ``CommunicatorCheckFailure`` on a rank that saw something else than it should.
  public let run: @Sendable (any Communicator) throws -> Void

  init(_ description: String, _ run: @escaping @Sendable (any Communicator) throws -> Void) {
    self.description = description
    self.run = run
  }

  public static let all = collectives + messages
}

/// What a check found.
public struct CommunicatorCheckFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Throws if `found` is not `expected`.
func check<Value: Equatable>(_ found: Value, is expected: Value, _ what: String) throws {
  guard found != expected else { return }
  throw CommunicatorCheckFailure("\(what): expected \(expected), found \(found)")
}
