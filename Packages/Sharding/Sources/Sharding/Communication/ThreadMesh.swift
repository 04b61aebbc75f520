internal import Dispatch
internal import Foundation
internal import Synchronization

/// Ranks as threads of one process, for tests, for sockets, and for trying a mesh out on one machine.
///
/// Each rank is a real thread, and its waits block it. Ranks share nothing but what `body` captures; tensors pass between
/// them without a copy. Task-local values of the caller are not seen by the ranks: settings are read before.
public enum ThreadMesh {
  /// The most ranks that should be threads of one process: each is a thread with a stack of its own.
  public static let mostRanks = 256

  /// Runs `body` once for each rank of `mesh` and waits for all.
  ///
  /// - Parameters:
  ///   - patience: How long a rank may wait in one collective before the run fails with a report of who is missing;
  ///     `nil` to wait for ever.
  ///   - body: What a rank does, with its communicator over the whole mesh.
  /// - Returns: What each rank returned, in the order of ranks.
  /// - Throws: ``RankFailure`` of the lowest rank that failed by itself. When a rank throws, the others' collectives
  ///   throw a ``CommunicatorError`` that names it, so that all come to an end.
  public static func run<Value: Sendable>(
    _ mesh: Mesh, patience: Duration? = nil, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws(RankFailure) -> [Value] {
    let rendezvous = ThreadRendezvous(mesh: mesh, patience: patience)
    let outcomes = Outcomes<Value>(count: mesh.count)
    let threads = DispatchGroup()
    for rank in 0..<mesh.count {
      threads.enter()
      let thread = Thread {
        rendezvous.begin(rank)
        let outcome = Result { try body(RendezvousCommunicator(at: rendezvous, rank: rank)) }
        rendezvous.end(rank, with: outcome.failure)
        outcomes.set(outcome, of: rank)
        threads.leave()
      }
      thread.name = "rank \(rank)"
      thread.stackSize = 8 << 20  // as the main thread has: a rank does a process's work
      thread.start()
    }
    threads.wait()
    return try outcomes.values()
  }

  /// Runs `body` on `ranks` replicas: a mesh of `ranks` × 1. See ``run(_:patience:_:)``.
  public static func run<Value: Sendable>(
    ranks: Int, patience: Duration? = nil, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws(RankFailure) -> [Value] {
    try run(Mesh(batch: ranks, shard: 1), patience: patience, body)
  }
}

/// What the ranks of a run returned or threw.
private final class Outcomes<Value: Sendable>: Sendable {
  private let outcomes: Mutex<[Result<Value, any Error>?]>

  init(count: Int) { outcomes = Mutex(Array(repeating: nil, count: count)) }

  func set(_ outcome: Result<Value, any Error>, of rank: Int) {
    outcomes.withLock { $0[rank] = outcome }
  }

  /// All values, or the failure that explains the others.
  func values() throws(RankFailure) -> [Value] {
    var values: [Value] = []
    var failures: [RankFailure] = []
    for (rank, outcome) in outcomes.withLock({ $0 }).enumerated() {
      switch outcome {
      case .success(let value): values.append(value)
      case .failure(let error): failures.append(RankFailure(rank: rank, error: error))
      case nil: preconditionFailure("rank \(rank) never ended")
      }
    }
    let cause = failures.first { ($0.error as? CommunicatorError)?.isConsequence != true }
    if let failure = cause ?? failures.first { throw failure }
    return values
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
