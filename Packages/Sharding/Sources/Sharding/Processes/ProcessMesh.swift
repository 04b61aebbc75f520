internal import Basics
internal import Foundation

/// The ranks of a run as processes that a launcher started: `mpirun`, or `srun`.
public enum ProcessMesh {
  /// Whether this build can communicate with other processes: whether its trait `MPI` is on.
  public static var isAvailable: Bool {
    #if MPI
    true
    #else
    false
    #endif
  }

  /// Whether a sum of `byteCount` bytes over `members` ranks is made in shares: each rank sends its part of the elements to
  /// the one that adds them up, and that one the sum to all, so that 2·(n−1)/n of the bytes leave a rank in two steps. Else each
  /// sends all of its elements to all, n−1 times the bytes in one step.
  public static func sharesSums(of byteCount: Int, among members: Int) -> Bool {
    // Below 64 KiB the second step costs more than the bytes that it saves; two ranks would send the same bytes.
    members > 2 && byteCount >= 1 << 16
  }

  /// Runs `body` as this process's rank of `mesh`, and waits until the other ranks have ended too.
  ///
  /// A mesh of one rank needs neither launcher nor MPI. Of any other, MPI can be started once in a process, so this can be
  /// called once.
  ///
  /// - Parameters:
  ///   - patience: How long this rank may wait in one collective or for a message before it fails with a report of who is
  ///     missing; `nil` to wait for ever. For the end of the others, a rank that has done its part waits as long as it takes.
  ///   - body: What the rank does, on the calling thread, with its communicator over the whole mesh.
  /// - Throws: What `body` throws. Where another rank failed first, that is usually a ``CommunicatorError`` with
  ///   ``CommunicatorError/isConsequence``. ``ProcessMeshError`` if the launcher started other ranks than `mesh` needs, or
  ///   if this build cannot communicate with processes.
  public static func run<Value>(
    _ mesh: Mesh, patience: Duration? = nil, _ body: (any Communicator) throws -> Value
  ) throws -> Value {
    let place = try LaunchPlace(environment: ProcessInfo.processInfo.environment)
    guard place.count == mesh.count else { throw ProcessMeshError(.otherRankCount(mesh: mesh, place)) }
    if mesh.count == 1 { return try body(SoloCommunicator()) }
    #if MPI
    return try run(mesh, at: place, patience: patience, body)
    #else
    throw ProcessMeshError(.needsMPI(ranks: place.count))
    #endif
  }

  #if MPI
  private static func run<Value>(
    _ mesh: Mesh, at place: LaunchPlace, patience: Duration?, _ body: (any Communicator) throws -> Value
  ) throws -> Value {
    let rendezvous = ProcessRendezvous(mesh: mesh, rank: place.rank, patience: patience)
    let transport = try ProcessMeshError.wrapping { () throws(MPIError) in
      try MPITransport(delivering: rendezvous)
    }
    guard (transport.rank, transport.size) == (place.rank, place.count) else {
      try? transport.close()
      throw ProcessMeshError(.otherPlace(place, rank: transport.rank, size: transport.size))
    }
    rendezvous.begin(over: transport)
    let outcome = Result { try body(RendezvousCommunicator(at: rendezvous, rank: place.rank)) }
    var failure: (any Error)?
    if case .failure(let error) = outcome { failure = error }
    // The others receive the exit code of this rank, so that all can end alike.
    let status = failure.map { Fault(of: $0).rawValue }
    // MPI ends together or not at all: where a rank is lost, this process ends without, and the launcher sees to the rest.
    if rendezvous.end(with: failure, status: status) {
      try ProcessMeshError.wrapping(transport.close)
    }
    return try outcome.get()
  }
  #endif
}
